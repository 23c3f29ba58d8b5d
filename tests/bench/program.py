"""Starts, awaits and kills the measured programs."""

import asyncio
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0  # seconds for a server to listen


class NotRunning(Exception):
    """A program cannot be started or measured; the text says why."""


@dataclass
class Program:
    """A command in its own process session, so that its workers end with it. Its output goes to `log`."""

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), **self.environment}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=self.directory,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def listens(self, port: int) -> None:
        """Waits until it accepts connections. Raises `NotRunning`."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not await _accepts(port):
                    self.check()
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise NotRunning(f"it does not listen after {PATIENCE:.0f} seconds: {self._said()}") from None

    def check(self) -> None:
        """Raises `NotRunning` if it has ended."""
        if self._process is None or self._process.returncode is not None:
            raise NotRunning(f"it ended: {self._said()}")

    async def kill(self) -> None:
        """Kills it with all its workers, like a crash of the machine."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    def _said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-600:].strip() or "it said nothing"


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
