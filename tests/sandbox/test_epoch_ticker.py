"""The clock of guests goes while one of them runs, and rests while all wait for the host."""

import threading
import time
from typing import cast

from wasmtime import Engine

from bot.sandbox.components.epoch_ticker import EpochTicker


class Clock:
    """Counts the ticks, as an engine."""

    def __init__(self) -> None:
        self.ticks = 0
        self.ticked = threading.Event()

    def increment_epoch(self) -> None:
        self.ticks += 1
        self.ticked.set()

    def goes(self) -> bool:
        self.ticked.clear()
        return self.ticked.wait(10)

    def rests(self) -> bool:
        """Whether it comes to rest, which may take a tick or two."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            before = self.ticks
            time.sleep(0.1)
            if before == self.ticks:
                return True
        return False


def test_it_goes_while_a_guest_runs_and_rests_while_it_waits() -> None:
    clock = Clock()
    ticker = EpochTicker(cast("Engine", clock))

    with ticker.running():
        assert clock.goes()
        with ticker.waiting():
            assert clock.rests()
        assert clock.goes()
    assert clock.rests()


def test_it_goes_on_for_the_others() -> None:
    clock = Clock()
    ticker = EpochTicker(cast("Engine", clock))

    with ticker.running(), ticker.running(), ticker.waiting():
        assert clock.goes()
