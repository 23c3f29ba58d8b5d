"""The private directory of a child, which is removed with it or at the next start."""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType

PREFIX = "review-bot-llama-"
YOUNG = 60.0  # seconds in which a directory may not have its lock yet


class ChildDirectory:
    """A new directory that is locked while its parent lives. If the parent is killed, the lock is
    released, and the next parent removes the directory.
    """

    def __init__(self) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)  # not inherited by the child
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> str:
        return str(self.path)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep() -> None:
    """Removes the directories of killed parents."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # gone, or somebody else's
        try:
            if _left(lock):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(lock)


def _left(lock: int) -> bool:
    """Whether the directory belongs to this user, and to no living process."""
    about = os.fstat(lock)
    if about.st_uid != os.getuid() or time.time() - about.st_mtime < YOUNG:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
