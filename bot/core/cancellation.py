"""Cancellation tokens, which work across threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Call = Callable[[], object]


class CancellationToken(threading.Event):
    """Set when the answer is no longer needed. Waiting threads register a callback, so that they need not
    poll.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def set(self) -> None:
        super().set()
        with self._lock:
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    @contextmanager
    def calling(self, call: Call) -> Iterator[None]:
        """Calls `call` within the context as soon as the token is set, in the thread that sets it: it must
        not block or raise. If the token is already set, calls it immediately.
        """
        with self._lock:
            self._calls.append(call)
        if self.is_set():
            self.set()
        try:
            yield
        finally:
            with self._lock:
                if call in self._calls:
                    self._calls.remove(call)
