"""Reads a body without trusting its length: bounded in size, in time, and in all bodies together."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from bot.web.problems import HttpProblem

LARGEST = 25 * 1024 * 1024  # GitHub sends no larger delivery
SECONDS = 20.0  # to send a body in; GitHub itself gives up after 10 (30 on Enterprise Server)
OVERHEAD = 64 * 1024  # what a request holds beside its body: buffers, headers


class BodyReservation:
    """What one request holds of the memory for bodies."""

    def __init__(self, memory: "BodyMemory") -> None:
        self._memory = memory
        self.held = 0

    def take(self, size: int) -> None:
        """Raises `HttpProblem` 503 when there is no more."""
        if size > self._memory.free:
            raise HttpProblem(
                503, "too many deliveries at once; redeliver this one later", headers={"Retry-After": "5"}
            )
        self._memory.free -= size
        self.held += size


class BodyMemory:
    """The bytes that all requests may hold together. Only what has arrived counts, so that nobody
    can take it all by promising long bodies.
    """

    def __init__(self, size: int) -> None:
        self.free = size

    @contextmanager
    def hold(self) -> Iterator[BodyReservation]:
        hold = BodyReservation(self)
        try:
            hold.take(OVERHEAD)
            yield hold
        finally:
            self.free += hold.held


async def read_body(request: web.Request, hold: BodyReservation) -> bytes:
    """Raises `HttpProblem`: 413 when it is too large, 408 when it comes too slowly, 400 when it breaks
    off.
    """
    if (request.content_length or 0) > LARGEST:
        raise _too_large()
    try:
        async with asyncio.timeout(SECONDS):
            return await _read(request, hold)
    except TimeoutError:
        raise HttpProblem(408, f"the body did not arrive within {SECONDS:.0f} seconds") from None
    except (web.RequestPayloadError, ConnectionError):
        raise HttpProblem(400, "the body is broken off or malformed") from None


async def _read(request: web.Request, hold: BodyReservation) -> bytes:
    body = bytearray()
    async for piece in request.content.iter_any():
        if len(body) + len(piece) > LARGEST:
            raise _too_large()
        hold.take(len(piece))
        body += piece
    return bytes(body)


def _too_large() -> HttpProblem:
    return HttpProblem(413, f"the body is larger than {LARGEST} bytes, which GitHub never sends")
