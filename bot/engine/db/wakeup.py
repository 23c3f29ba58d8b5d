"""Wakes tasks that wait for work."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


class Wakeup:
    """Set when there may be work. Without a waiting task it stays set for the next one.

    All waiting tasks wake; a task that finds work should notify again, because there may be more. `remote` is
    called at every `notify_all`, to wake other processes.
    """

    def __init__(self, remote: Callable[[], None] | None = None) -> None:
        self._event = asyncio.Event()
        self._remote = remote

    def notify_all(self) -> None:
        self.notify_local()
        if self._remote:
            self._remote()

    def notify_local(self) -> None:
        """Wakes the tasks of this process only."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Returns at the next notification, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()
