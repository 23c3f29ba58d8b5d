"""Returns freed memory to the operating system.

glibc keeps freed memory per thread for later allocations, for as long as the process lives: hundreds of
megabytes after parsing a delivery of 25 MB or compiling modules (`make bench-memory` measures it). There are
two causes. After a block of 25 MB was freed, glibc allocates blocks up to that size from its heaps and leaves
twice as much at their ends, so `fix_limits` fixes the limits. And memory freed in the middle of a heap stays
there, so `malloc_trim` is called periodically; that takes 0.05 ms if there is nothing to return, and a
quarter of a millisecond per megabyte.
"""

import asyncio
import ctypes
from collections.abc import Callable

Trim = Callable[[], object]  # blocks

EVERY = 5.0  # seconds
_LIMIT = 1024 * 1024  # bytes from which a block is mapped separately, and that may stay at a heap's end
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h


def fix_limits() -> Trim | None:
    """Call it before large allocations. Returns `malloc_trim`; None for other C libraries, which do not need
    it.
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
    """Calls `trim` periodically until it is cancelled; returns at once without `trim`."""
    while trim:
        await asyncio.to_thread(trim)
        await asyncio.sleep(EVERY)
