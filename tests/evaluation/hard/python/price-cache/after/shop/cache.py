"""A cache in memory with a time limit for each entry and a limit for their number."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class TimedCache(Generic[Value]):
    """Entries live for `seconds`; of more than `size` entries, the least recently used goes.

    `None` is a value like any other. A value that is being made is awaited by all who ask for it, and made once.
    """

    def __init__(self, seconds: float, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[Hashable, tuple[float, asyncio.Future[Value]]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> Value:
        entry = self._entries.get(key)
        if entry is not None and self._clock() < entry[0]:
            self._entries.move_to_end(key)
            # Shielded: one who gives up must not cancel the value for the others.
            return await asyncio.shield(entry[1])
        making = asyncio.ensure_future(make())
        making.add_done_callback(lambda done: self._drop_failed(key, done))
        self._entries[key] = (self._clock() + self._seconds, making)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return await asyncio.shield(making)

    def _drop_failed(self, key: Hashable, done: "asyncio.Future[Value]") -> None:
        """Failures are not kept. By now the entry of the key may be a later one."""
        has_failed = done.cancelled() or done.exception() is not None
        entry = self._entries.get(key)
        if has_failed and entry is not None and entry[1] is done:
            del self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)
