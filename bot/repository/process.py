"""Starts the process that reads repositories, and asks it."""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog

from bot.core.errors import Refused
from bot.repository import limits

log = structlog.get_logger()

IDLE = 60.0  # seconds after which the process is ended; it starts in a fraction of one
LONGEST = 256 * limits.MiB  # bytes of one answer

COMMAND = (sys.executable, "-m", "bot.repository.child")


class UnreadableError(Refused):
    """A repository or a look-up that the process could not read. `error` is its kind: limit, invalid,
    unknown, damaged, timeout, died.
    """

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class IndexProcess:
    """One request at a time. A process that dies or takes too long is replaced at the next request."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer. Raises `UnreadableError`."""
        line = await asyncio.to_thread(_encoded, request)
        async with self._one:
            if self._idle:
                self._idle.cancel()
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._answer(line)
            except TimeoutError:
                await self.aclose()
                log.warning("repository_process_too_slow", request=request["do"], seconds=seconds)
                raise UnreadableError(
                    "timeout", f"reading the repository took more than {seconds:.0f} s"
                ) from None
            except BaseException:
                await self.aclose()  # its answer would be taken for that of the next request
                raise
            self._idle = asyncio.get_running_loop().call_later(IDLE, self._kill)
        said: dict[str, Any] = await asyncio.to_thread(json.loads, answer)
        if "error" in said:
            raise UnreadableError(said["error"], said["message"])
        return said

    async def _answer(self, line: bytes) -> bytes:
        process = await self._running()
        try:
            answer = await _exchange(process, line)
        except (ConnectionError, ValueError) as error:
            log.warning("repository_process_unusable", reason=str(error))
            answer = b""
        if not answer.endswith(b"\n"):
            status = await process.wait()
            log.warning("repository_process_died", status=status)
            self._process = None
            raise UnreadableError("died", "the process that reads repositories ended unexpectedly")
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, limit=LONGEST, start_new_session=True
            )
        return self._process

    async def aclose(self) -> None:
        """Ends the process."""
        process = self._process
        self._kill()
        if process:
            await process.wait()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()


async def _exchange(process: asyncio.subprocess.Process, line: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    process.stdin.write(line)
    await process.stdin.drain()
    return await process.stdout.readline()


def _encoded(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request).encode() + b"\n"
