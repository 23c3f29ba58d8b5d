"""Gives memory that was freed back to the system.

glibc keeps it for the next allocation, apart for each thread, and that for as long as the process lives:
after a delivery of 25 MB was parsed, or modules were compiled, hundreds of megabytes (`make bench-memory`
measures it). There are two causes. Once a block of 25 MB was freed, glibc takes blocks up to that size from
its heaps, and leaves twice as much at their ends: so the limits are fixed. And what is freed in the middle of
a heap stays there: so it is asked to return that, which takes 0.05 ms when there is none, and a quarter of a
millisecond for each megabyte.
"""

import asyncio
import ctypes
from collections.abc import Callable

Trim = Callable[[], object]  # blocks

EVERY = 5.0  # seconds
_LIMIT = 1024 * 1024  # bytes of a block that has pages of its own, and of what is left at a heap's end
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h


def fix_limits() -> Trim | None:
    """Call it before anything large is allocated. Returns what gives back the rest: `malloc_trim`. Other C
    libraries have none, and need none.
    """
    try:
        library = ctypes.CDLL(None)
        trim, set_limit = library.malloc_trim, library.mallopt
    except (OSError, AttributeError):
        return None
    for name in (_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD):
        set_limit(name, _LIMIT)
    return lambda: trim(0)


async def return_freed_memory(trim: Trim | None) -> None:
    """Does so now and then until it is cancelled; without `trim` there is nothing to do."""
    while trim:
        await asyncio.to_thread(trim)
        await asyncio.sleep(EVERY)
