"""Gives memory that was freed back to the system.

glibc keeps it for the next allocation, apart for each thread, and returns only what lies at the end of its
heaps. After a delivery of 25 MB was parsed, or modules were compiled, hundreds of megabytes stay that way for
as long as the process lives: `make bench-memory` measures it. To return them takes a quarter of a millisecond
for each, and 0.05 ms when nothing was freed.
"""

import asyncio
import ctypes
from collections.abc import Callable

EVERY = 5.0  # seconds


async def return_freed_memory(trim: Callable[[], object] | None = None) -> None:
    """Does so now and then until it is cancelled. Returns at once where the C library does not need it.

    `trim` stands in for glibc's `malloc_trim`; it blocks.
    """
    trim = trim or malloc_trim()
    while trim:
        await asyncio.to_thread(trim)
        await asyncio.sleep(EVERY)


def malloc_trim() -> Callable[[], object] | None:
    """glibc's; other C libraries have none."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    return lambda: trim(0)
