"""Reads the resource use of a process and its children from /proc."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Use:
    """Memory in megabytes, CPU in seconds since the start, including children that have ended."""

    rss: float = 0.0
    pss: float = 0.0
    files: int = 0
    threads: int = 0
    cpu: float = 0.0

    def __add__(self, other: "Use") -> "Use":
        return Use(**{name: value + getattr(other, name) for name, value in vars(self).items()})


def use(pid: int) -> Use:
    """The use of a process and its descendants."""
    return sum((_use_of_one(one) for one in family(pid)), Use())


def peak(pid: int) -> float:
    """The peak resident memory of a process, in megabytes."""
    status = (PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def cpu(*pids: int) -> float:
    """CPU seconds of processes and their descendants."""
    return sum(_cpu(one) for pid in pids for one in family(pid))


def family(pid: int) -> Iterator[int]:
    """The process and its descendants."""
    yield pid
    with suppress(OSError):
        for child in (PROC / f"{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            yield from family(int(child))


def _use_of_one(pid: int) -> Use:
    """The use of one process; zero if it has ended meanwhile."""
    try:
        threads, files = (len(list((PROC / str(pid) / name).iterdir())) for name in ("task", "fd"))
        return Use(_memory(pid, "Rss"), _memory(pid, "Pss"), files, threads, _cpu(pid))
    except OSError:
        return Use()


def _memory(pid: int, kind: str) -> float:
    rollup = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    line = next(line for line in rollup.splitlines() if line.startswith(f"{kind}:"))
    return int(line.split()[1]) * 1024 / 1e6


def _cpu(pid: int) -> float:
    """User and system time, including children that have ended."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / TICKS
