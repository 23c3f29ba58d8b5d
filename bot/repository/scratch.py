"""Folders for archives while they are read. Those of processes that were killed are removed."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

log = structlog.get_logger()

_PREFIX = ".archive-"
_LOCK = "lock"  # a file that the process holds locked as long as it lives
_YOUNG = 60.0  # seconds for which a folder may be without one


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A new folder below `parent`, which is removed at the end. Raises `OSError`."""
    with TemporaryDirectory(dir=parent, prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        unlocked = folder / f"{_LOCK}.new"
        with unlocked.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            unlocked.rename(folder / _LOCK)
            yield folder


def remove_abandoned(parent: Path) -> None:
    """Removes the folders below `parent` whose process has ended."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
            log.info("repository_archive_removed", path=str(folder))


def _is_abandoned(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return _is_old(folder)
    except OSError:
        return False  # its process lives
    return True


def _is_old(folder: Path) -> bool:
    try:
        return folder.stat().st_mtime < time.time() - _YOUNG
    except OSError:
        return False
