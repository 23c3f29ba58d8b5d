"""Wakes those who wait for something to be there."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


class Wakeup:
    """Rung when there may be something to do. A ring that nobody hears is kept for the next one.

    Several may wait, and all are woken; whoever finds work rings again, for there may be more.
    `far`, where given, is called with every ring of this process, so that others hear it, too.
    """

    def __init__(self, far: Callable[[], None] | None = None) -> None:
        self._rung = asyncio.Event()
        self._far = far

    def notify_all(self) -> None:
        self.notify_local()
        if self._far:
            self._far()

    def notify_local(self) -> None:
        """Wakes those in this process only."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Returns at the next ring, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
