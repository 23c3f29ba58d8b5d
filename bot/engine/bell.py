"""Wakes those who wait for something to be there."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung when there may be something to do. A ring that nobody hears is kept for the next one.

    Several may wait, and all are woken; whoever finds work rings again, for there may be more.
    """

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Returns at the next ring, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
