"""Identifies processes that hold jobs and leases, to detect those that have ended."""

import os
import socket
from functools import cache
from pathlib import Path


def holder() -> str:
    """This process, as `place/pid/start`."""
    return f"{_place()}/{os.getpid()}/{_start(os.getpid())}"


def is_gone(name: str) -> bool:
    """Whether the process `name` has ended. False for other hosts and foreign names, where only the lease
    can tell.
    """
    place, _, process = name.partition("/")
    pid, _, start = process.partition("/")
    if place != _place() or not pid.isdigit():
        return False
    return _start(int(pid)) != start


@cache
def _place() -> str:
    """The scope of a process id: this host since its boot, and this container.

    Hosts that share a database may have the same name, and so may containers of one host.
    """
    return ":".join((socket.gethostname().replace("/", "-"), _boot(), _container()))


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return ""


def _container() -> str:
    """The number of Linux's PID namespace."""
    try:
        return Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        return ""


def _start(pid: int) -> str:
    """The start time of the process in clock ticks since boot; empty when it does not exist.

    A process id is reused, but not with the same start time.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _alive(pid)
    return stat.rpartition(")")[2].split()[19]


def _alive(pid: int) -> str:
    """For systems without /proc, where a reused process id counts as alive until the lease expires."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        pass
    return "?"
