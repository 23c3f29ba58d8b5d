"""Who asks a model waits in line: first come, first served, and not for ever."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama.slots import SlotPermit, SlotQueue


def _later() -> float:
    return time.monotonic() + 60


class Line:
    """People who wait, one thread each; `served` says in which order they were."""

    def __init__(self, turns: SlotQueue) -> None:
        self._turns = turns
        self._threads: list[threading.Thread] = []
        self.served: list[str] = []

    def join(self, name: str, *, again: bool = False) -> None:
        def wait() -> None:
            turn = self._turns.take(_later(), again=again)
            self.served.append(name)
            turn.release()

        before = self._turns.waiting
        self._threads.append(threading.Thread(target=wait))
        self._threads[-1].start()
        while self._turns.waiting == before:
            time.sleep(0.001)

    def done(self) -> None:
        for thread in self._threads:
            thread.join()


def test_turns_are_taken_in_order_but_what_was_lost_comes_first() -> None:
    turns = SlotQueue("tiny", 1, 10)
    line = Line(turns)
    first = turns.take(_later())
    for name in ("one", "two", "three"):
        line.join(name)
    line.join("lost", again=True)

    first.release()
    line.done()

    assert line.served == ["lost", "one", "two", "three"]
    assert turns.waiting == 0


def test_what_was_lost_is_asked_again_one_at_a_time() -> None:
    """But it leaves the other slots to others."""
    turns = SlotQueue("tiny", 3, 10)
    line = Line(turns)
    lost = turns.take(_later(), again=True)
    line.join("lost too", again=True)

    turns.take(_later()).release()
    assert line.served == []

    lost.release()
    line.done()
    assert line.served == ["lost too"]


def test_whoever_does_not_get_a_turn_in_time_leaves_the_line() -> None:
    turns = SlotQueue("tiny", 1, 10)
    first = turns.take(_later())

    with pytest.raises(NNError, match="tiny was busy") as caught:
        turns.take(time.monotonic() - 1)

    assert caught.value.code == "timeout"
    assert turns.waiting == 0
    first.release()
    turns.take(time.monotonic() - 1).release()  # there is one at once


def test_a_line_that_is_too_long_is_not_joined() -> None:
    turns = SlotQueue("tiny", 1, 2)
    line = Line(turns)
    first = turns.take(_later())
    line.join("one")
    line.join("two")

    with pytest.raises(NNError, match="busy: 2 questions are queued"):
        turns.take(_later())
    line.join("lost", again=True)

    first.release()
    line.done()
    assert len(line.served) == 3


def test_whoever_is_cancelled_leaves_the_line() -> None:
    turns = SlotQueue("tiny", 1, 2)
    first = turns.take(_later())
    cancelled = CancellationToken()
    threading.Timer(0.05, cancelled.set).start()

    with pytest.raises(NNError, match="cancelled while it was queued"):
        turns.take(_later(), cancelled)

    assert turns.waiting == 0
    first.release()


@given(st.integers(1, 4), st.lists(st.booleans(), max_size=30))
def test_never_more_turns_than_slots(slots: int, takes: list[bool]) -> None:
    turns = SlotQueue("tiny", slots, 10)
    held: list[SlotPermit] = []
    for take in takes:
        if take:
            try:
                held.append(turns.take(time.monotonic() - 1))
            except NNError:
                assert len(held) == slots
        elif held:
            turn = held.pop()
            turn.release()
            turn.release()  # does no harm
        assert len(held) <= slots
