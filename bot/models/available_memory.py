"""Memory that is available for a model: the machine's, or the limit of the container if that is lower."""

import contextlib
import os
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def whole() -> int:
    """Bytes of RAM that this machine, or this container, may use."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([physical, *(limit for limit in (_limit(), _limit("memory/memory.limit_in_bytes")) if limit)])


def free() -> int | None:
    """Free bytes: the lower of the machine's and the container's. None if unknown."""
    amounts = [bytes_ for bytes_ in (_available(), _left()) if bytes_ is not None]
    return min(amounts, default=None)


def _available() -> int | None:
    with contextlib.suppress(OSError, KeyError, ValueError):
        lines = (line.split() for line in _MEMINFO.read_text(encoding="ascii").splitlines())
        return int({line[0]: line[1] for line in lines}["MemAvailable:"]) * 1024
    return None


def _left() -> int | None:
    """Bytes left to the container (cgroup 2); the reclaimable page cache counts as free."""
    with contextlib.suppress(OSError, KeyError, ValueError):
        most = _limit()
        if most is None:
            return None
        taken = int((_GROUP / "memory.current").read_text(encoding="ascii"))
        lines = (line.split() for line in (_GROUP / "memory.stat").read_text(encoding="ascii").splitlines())
        return max(0, most - taken + int({line[0]: line[1] for line in lines}["inactive_file"]))
    return None


def _limit(name: str = "memory.max") -> int | None:
    """Bytes; None without a limit ("max"). `name` is a file of cgroup 2 or 1."""
    with contextlib.suppress(OSError, ValueError):
        return int((_GROUP / name).read_text(encoding="ascii"))
    return None
