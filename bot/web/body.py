"""Reads request bodies with limits on size, time, and the memory of all bodies together."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from bot.web.problems import HttpProblem

LARGEST = 25 * 1024 * 1024  # GitHub's own limit
SECONDS = 20.0  # to receive a body; GitHub itself gives up after 10 (30 on Enterprise Server)
OVERHEAD = 64 * 1024  # memory of a request in addition to its body: buffers, headers


class BodyReservation:
    """One request's share of the memory for bodies."""

    def __init__(self, memory: "BodyMemory") -> None:
        self._memory = memory
        self.held = 0

    def add(self, size: int) -> None:
        """Raises `HttpProblem` 503 when the memory is used up."""
        if size > self._memory.free:
            raise HttpProblem(
                503, "too many deliveries at once; redeliver this one later", headers={"Retry-After": "5"}
            )
        self._memory.free -= size
        self.held += size


class BodyMemory:
    """The bytes that all requests may hold together. Only received bytes count, so that a client cannot use
    them up by announcing long bodies.
    """

    def __init__(self, size: int) -> None:
        self.free = size

    @contextmanager
    def hold(self) -> Iterator[BodyReservation]:
        reservation = BodyReservation(self)
        try:
            reservation.add(OVERHEAD)
            yield reservation
        finally:
            self.free += reservation.held


async def read_body(request: web.Request, reservation: BodyReservation) -> bytes:
    """Raises `HttpProblem`: 413 when the body is too large, 408 when it arrives too slowly, 400 when it is
    incomplete, 503 when the memory is used up.
    """
    if (request.content_length or 0) > LARGEST:
        raise _too_large()
    try:
        async with asyncio.timeout(SECONDS):
            return await _read(request, reservation)
    except TimeoutError:
        raise HttpProblem(408, f"the body did not arrive within {SECONDS:.0f} seconds") from None
    except (web.RequestPayloadError, ConnectionError):
        raise HttpProblem(400, "the body is incomplete or malformed") from None


async def _read(request: web.Request, reservation: BodyReservation) -> bytes:
    body = bytearray()
    async for piece in request.content.iter_any():
        if len(body) + len(piece) > LARGEST:
            raise _too_large()
        reservation.add(len(piece))
        body += piece
    return bytes(body)


def _too_large() -> HttpProblem:
    return HttpProblem(413, f"the body is larger than {LARGEST} bytes, GitHub's limit")
