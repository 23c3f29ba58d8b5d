"""Imported by a process before everything else: writes down every try to reach the network, and lets none
through but to the ports of this machine that the file `settings` beside this one names.

The interpreter tells of each try by itself (`sys.addaudithook`), whichever library makes it. Children are
watched, too, even those that are given an environment of their own.
"""

import os
import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def _watch() -> None:
    ports_text, log = (_HERE / "settings").read_text(encoding="utf-8").split("\n")[:2]
    ports = {int(port) for port in ports_text.split(",") if port}
    with Path(f"{log}.started").open("a", encoding="utf-8") as started:
        started.write(f"{os.getpid()} {' '.join(sys.orig_argv[1:6])}\n")

    def look(event: str, details: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen" and isinstance(details[3], dict):
            _pass_on(details[3])
        place = _place(event, details)
        if place is None or (place[0] in {"127.0.0.1", "::1", "localhost"} and place[1] in ports):
            return
        with Path(log).open("a", encoding="utf-8") as tried:
            tried.write(f"{os.getpid()} {event} {place[0]}:{place[1]}\n")
        raise PermissionError(f"the network is denied: {place}")

    sys.addaudithook(look)


def _pass_on(environment: dict[str, str]) -> None:
    """The interpreter tells of a child before it starts it, and shows the very environment."""
    others = environment.get("PYTHONPATH", "").split(os.pathsep)
    environment["PYTHONPATH"] = os.pathsep.join([str(_HERE), *filter(None, others)])


def _place(event: str, details: tuple[Any, ...]) -> tuple[Any, Any] | None:
    """Host and port that a process wants to reach. None: nothing beyond this machine's own files."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = details[1]
        return (address[0], address[1]) if isinstance(address, tuple) else None
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        return _looked_up(details)
    return None


def _looked_up(details: tuple[Any, ...]) -> tuple[Any, Any] | None:
    """An address that is one already needs nobody's answer."""
    host = details[0].decode() if isinstance(details[0], bytes) else details[0]
    if host is None or str(host).replace(".", "").isdigit() or ":" in str(host):
        return None
    return (host, details[1] if len(details) > 1 else 0)


_watch()
