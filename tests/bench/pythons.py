"""Finds a Python version that PR-Agent supports."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.program import NotRunning

LEAST = (3, 12)
NAMES = ("python3.12", "python3.13")


def newer_python() -> str:
    """A working Python that is new enough. Raises `NotRunning`."""
    for candidate in _candidates():
        if _is_new_enough(candidate):
            return candidate
    raise NotRunning("PR-Agent could not be installed: it needs Python 3.12 or 3.13, and there is none")


def _candidates() -> Iterator[str]:
    """Candidates from the PATH, then from pyenv, whose shims start only the selected version."""
    yield from (found for name in NAMES if (found := shutil.which(name)))
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for name in NAMES:
        yield from map(str, sorted(root.glob(f"versions/*/bin/{name}"), reverse=True))


def _is_new_enough(python: str) -> bool:
    ask = f"import sys; sys.exit(sys.version_info[:2] < {LEAST})"
    return subprocess.run([python, "-c", ask], capture_output=True, check=False).returncode == 0
