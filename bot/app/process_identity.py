"""Names who holds a job, so that after a crash it is plain that nobody does."""

import os
import socket
from functools import cache
from pathlib import Path


def holder() -> str:
    """This process, as `place/pid/start`."""
    return f"{_place()}/{os.getpid()}/{_start(os.getpid())}"


def is_gone(name: str) -> bool:
    """Whether the process of that name has ended. One at another place, or of a name that is not ours,
    may be alive: its lease tells.
    """
    place, _, process = name.partition("/")
    pid, _, start = process.partition("/")
    if place != _place() or not pid.isdigit():
        return False
    return _start(int(pid)) != start


@cache
def _place() -> str:
    """Where a process number means something: this host, since it was booted, in this container.

    Hosts that share a database may share a name as well, and so may containers of one host.
    """
    return ":".join((socket.gethostname().replace("/", "-"), _boot(), _container()))


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return ""


def _container() -> str:
    """The namespace of process numbers, as Linux numbers it."""
    try:
        return Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        return ""


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
