"""Compiled modules on disk.

A compiled module is native code that runs in this process. So it is read only from a private directory, from
a file of this user, and only if its checksum is correct.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

KEPT = 32  # files; older ones are removed


class Cache:
    """Creates `folder` if it is missing. Does not use one that is accessible to, or owned by, other users."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, key: str) -> bytes | None:
        """The contents that were written under `key`; None if there are none that can be trusted."""
        if not self._private():
            return None
        try:
            # The opened file is not a link, so its owner cannot change afterwards.
            with open(self._path(key), "rb", opener=_no_link) as file:
                if not _ours(os.fstat(file.fileno()), stat.S_ISREG):
                    return None
                checksum, contents = file.read(32), file.read()
        except OSError:
            return None
        return contents if hashlib.sha256(contents).digest() == checksum else None

    def write(self, key: str, contents: bytes) -> None:
        """Ignores errors: without a cache, modules are compiled at every start."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._private():
                self._put(self._path(key), hashlib.sha256(contents).digest() + contents)
                self._prune()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.cwasm"

    def _private(self) -> bool:
        try:
            return _ours(self._folder.lstat(), stat.S_ISDIR)
        except OSError:
            return False

    def _put(self, path: Path, contents: bytes) -> None:
        """Writes atomically, also if two processes write the same file."""
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
            file.write(contents)
        Path(file.name).replace(path)

    def _prune(self) -> None:
        files = sorted(self._folder.glob("*.cwasm"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[KEPT:]:
            path.unlink(missing_ok=True)


def _ours(status: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether the file is of that kind, owned by this user, and inaccessible to others."""
    return is_kind(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)
