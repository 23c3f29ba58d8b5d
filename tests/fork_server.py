"""Starts `review-bot` by forking a process that has already imported it.

Importing the bot takes more than a second of CPU time, and the stories start it hundreds of times. A forked
process has its own environment, standard error and exit status; only the imports are shared. Stories about
starting run the installed program.

    process = await spawn(["serve"], environment)
"""

import asyncio
import atexit
import gc
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parent.parent
STANDARD_ERROR = 2
LARGEST = 1 << 20  # bytes of a request: arguments and environment
LATER = (  # what others import at the first call
    "anyio._backends._asyncio",
    "anyio.streams.tls",
    "certifi",
    "httpcore",
    "httpcore2",
    "jsonschema",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)


@dataclass
class Forked:
    """A forked process, with the part of `asyncio.subprocess.Process` that the tests need."""

    pid: int
    stderr: asyncio.StreamReader
    returncode: int | None
    _status: asyncio.StreamReader

    def __post_init__(self) -> None:
        self._end = asyncio.create_task(self._wait())

    async def _wait(self) -> int:
        self.returncode = int(await self._status.readline())
        await self._status.read()  # until the process ends, which closes the pipe
        return self.returncode

    async def wait(self) -> int:
        """Waits for the exit status; negative if a signal ended the process."""
        return await asyncio.shield(self._end)

    def send_signal(self, number: signal.Signals) -> None:
        """Does nothing after the process has ended: its id may have been reused."""
        if self.returncode is None:
            os.kill(self.pid, number)


async def spawn(words: Sequence[str], environment: Mapping[str, str]) -> Forked:
    """Starts `review-bot` with these arguments, like a new process."""
    errors, errors_end = os.pipe()
    status, status_end = os.pipe()
    request = json.dumps({"words": [*words], "environment": {**environment}}).encode()
    try:
        socket.send_fds(_server(), [request], [errors_end, status_end])
    finally:
        os.close(errors_end)
        os.close(status_end)
    ends = await _reader(status)
    return Forked(int(await ends.readline()), await _reader(errors), None, ends)


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LARGEST)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb"))
    return reader


@cache
def _server() -> socket.socket:
    """The connection to the server, one per test process; the server exits when it is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST)
    with theirs:
        command = [sys.executable, "-m", "tests.fork_server", str(theirs.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
    atexit.register(_end, ours, server)
    return ours


def _end(connection: socket.socket, server: "subprocess.Popen[bytes]") -> None:
    connection.close()
    server.wait()


# ── the server's side ────────────────────────────────────────────────────────────────────────────


def serve(connection: socket.socket) -> None:
    """Forks for each request and reports each exit, until the connection is closed."""
    ended, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(ended, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    children: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([connection.fileno(), ended], [], [])
        if ended in ready:
            os.read(ended, LARGEST)
            _report(children)
        if connection.fileno() in ready:
            request, descriptors, _, _ = socket.recv_fds(connection, LARGEST, 2)
            if not request:
                return
            errors, status = descriptors
            child = os.fork()
            if not child:
                signal.set_wakeup_fd(-1)
                for descriptor in (ended, wakeup, status, *children.values()):
                    os.close(descriptor)
                connection.close()
                _become(json.loads(request), errors)
            os.close(errors)
            os.write(status, b"%d\n" % child)
            children[child] = status


def _report(children: dict[int, int]) -> None:
    """Reports the exit of each child to its requester."""
    for child, status in [*children.items()]:
        pid, end = os.waitpid(child, os.WNOHANG)
        if pid:
            del children[child]
            with os.fdopen(status, "wb") as pipe:
                pipe.write(b"%d\n" % os.waitstatus_to_exitcode(end))


def _become(request: Mapping[str, Any], errors: int) -> NoReturn:
    """Runs the command in this newly forked process."""
    from bot.cli import main

    os.dup2(errors, STANDARD_ERROR)
    os.close(errors)
    sys.stderr = open(STANDARD_ERROR, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["review-bot", *request["words"]]
    status = 1
    try:
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the interpreter would print it, too
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _import_all() -> None:
    from bot.cli.commands import COMMANDS
    from bot.models.vocabulary import o200k

    for entry in COMMANDS.values():
        entry.load()
    for module in LATER:
        import_module(module)
    o200k()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _import_all()
    assert len([*Path("/proc/self/task").iterdir()]) == 1, "a process with threads cannot be forked safely"
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        serve(connection)
