"""In the parent: how much memory is free for a model."""

import contextlib
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def free() -> int | None:
    """Bytes; the less of what the machine has and what a container may take. None: nothing says so."""
    known = [bytes_ for bytes_ in (_available(), _left()) if bytes_ is not None]
    return min(known, default=None)


def _available() -> int | None:
    with contextlib.suppress(OSError, KeyError, ValueError):
        lines = (line.split() for line in _MEMINFO.read_text(encoding="ascii").splitlines())
        return int({line[0]: line[1] for line in lines}["MemAvailable:"]) * 1024
    return None


def _left() -> int | None:
    """Files that are only kept in memory until it is needed count as free (cgroup 2)."""
    with contextlib.suppress(OSError, KeyError, ValueError):
        most = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        taken = int((_GROUP / "memory.current").read_text(encoding="ascii"))
        lines = (line.split() for line in (_GROUP / "memory.stat").read_text(encoding="ascii").splitlines())
        return max(0, most - taken + int({line[0]: line[1] for line in lines}["inactive_file"]))
    return None
