"""A thread pool for guests' blocking calls, which keeps them out of the event loop."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# A guest's stack (512 KiB) lies on its thread's. Some systems give threads as little as 128 KiB,
# on which a guest that recurses would end the process.
_STACK = 4 << 20

_lock = threading.Lock()


class GuestThreads:
    """Up to `count` threads, started on demand."""

    def __init__(self, name: str, count: int) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)

    def submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        with _lock:
            before = threading.stack_size(_STACK)
            try:
                return self._executor.submit(function, *args, **kwargs)
            finally:
                threading.stack_size(before)
