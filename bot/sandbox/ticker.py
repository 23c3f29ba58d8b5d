"""The clock that ends guests which do not end by themselves."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wasmtime import Engine

TICK = 0.01  # seconds


class Ticker:
    """Moves an engine's epoch on while calls run, from a thread of its own; rests in between."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._calls = 0
        self._ticks = False

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            self._calls += 1
            if not self._ticks:
                self._ticks = True
                threading.Thread(target=self._tick, name="sandbox ticker", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1

    def _tick(self) -> None:
        while self._goes_on():
            time.sleep(TICK)
            self._engine.increment_epoch()

    def _goes_on(self) -> bool:
        with self._lock:
            self._ticks = self._calls > 0
            return self._ticks


def ticks(seconds: float) -> int:
    """At least as long as `seconds`: the first tick may come at once."""
    return int(max(seconds, 0) / TICK) + 2
