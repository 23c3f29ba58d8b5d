"""Advances the epoch that interrupts guests after their time limit."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wasmtime import Engine

TICK = 0.01  # seconds


class EpochTicker:
    """Advances an engine's epoch in a separate thread while guests run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._guests = 0
        self._ticks = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keeps the epoch advancing while a guest runs."""
        self._begin()
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Suspends a guest's share while it waits for the host, which may take minutes."""
        self._end()
        try:
            yield
        finally:
            self._begin()

    def _begin(self) -> None:
        with self._lock:
            self._guests += 1
            if not self._ticks:
                self._ticks = True
                threading.Thread(target=self._tick, name="sandbox ticker", daemon=True).start()

    def _end(self) -> None:
        with self._lock:
            self._guests -= 1

    def _tick(self) -> None:
        while self._goes_on():
            time.sleep(TICK)
            self._engine.increment_epoch()

    def _goes_on(self) -> bool:
        with self._lock:
            self._ticks = self._guests > 0
            return self._ticks


def ticks(seconds: float) -> int:
    """The ticks that last at least `seconds`; the first tick may come at once."""
    return int(max(seconds, 0) / TICK) + 2
