"""Writes small files of the cache directory, which several processes share."""

import os
import tempfile
from pathlib import Path


def put(path: Path, contents: bytes) -> None:
    """Writes atomically, readable for this user only. Raises `OSError`."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(contents)
    os.replace(file.name, path)  # noqa: PTH105 - in one step
