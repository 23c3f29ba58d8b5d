"""That an answer is wanted no longer, for whoever makes it or waits for it in another thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Call = Callable[[], object]


class CancellationToken(threading.Event):
    """Set when nobody wants the answer any more. Whoever waits meanwhile is called, so that he need not
    wake up again and again to look.
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
        """Meanwhile `call` is called as soon as this is set, by the thread that sets it: it must not block
        or raise. At once when it is set already.
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
