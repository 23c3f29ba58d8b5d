"""Names who holds a job, so that after a crash it is plain that nobody does."""

import os
import socket
from pathlib import Path


def holder() -> str:
    """This process, as `host/pid/start`."""
    return f"{socket.gethostname()}/{os.getpid()}/{_start(os.getpid())}"


def is_gone(name: str) -> bool:
    """Whether the process of that name has ended. One on another host, or of a name that is not ours,
    may be alive: its lease tells.
    """
    host, _, process = name.partition("/")
    pid, _, start = process.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    return _start(int(pid)) != start


def _start(pid: int) -> str:
    """When the process began, in the system's ticks since it was booted; empty when there is none.

    A process number is used again, but not with the same beginning.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _alive(pid)
    return stat.rpartition(")")[2].split()[19]


def _alive(pid: int) -> str:
    """For systems without /proc, where a number that is used again is believed until the lease lapses."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        pass
    return "?"
