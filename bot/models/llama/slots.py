"""Whose question is next. First come, first served."""

import threading
import time
from collections import deque
from contextlib import nullcontext

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError


class SlotPermit:
    """The right to ask now. Giving it back twice does no harm."""

    def __init__(self, turns: "SlotQueue", *, again: bool) -> None:
        self._turns: SlotQueue | None = turns
        self._again = again
        self._lock = threading.Lock()

    def release(self) -> None:
        with self._lock:
            turns, self._turns = self._turns, None
        if turns:
            turns.give_back(again=self._again)


class SlotQueue:
    """`slots` questions under way, and at most `most` that wait; from any thread.

    What is asked again, for its process was lost, comes first, but one at a time: when it is one of
    these questions that kills processes, the others are not lost with it a second time.
    """

    def __init__(self, name: str, slots: int, most: int) -> None:
        self._name = name
        self._most = most
        self._free = slots
        self._line: deque[_Waiter] = deque()
        self._lost: deque[_Waiter] = deque()
        self._again = False  # whether one of the lost is under way
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        return len(self._line) + len(self._lost)

    def take(
        self, end: float, cancelled: CancellationToken | None = None, *, again: bool = False
    ) -> SlotPermit:
        """Waits for a turn. `again`: for a question that was lost with its process.

        Raises:
            NNError: timeout; no turn before `end` (monotonic), too many wait already, or `cancelled`.
        """
        mine = self._stand_in_line(again=again)
        with cancelled.calling(mine.set) if cancelled else nullcontext():
            mine.wait(max(end - time.monotonic(), 0))
        if not self._leave(mine, again=again):
            return SlotPermit(self, again=again)
        if cancelled and cancelled.is_set():
            raise NNError("timeout", "the question was cancelled while it waited")
        raise NNError("timeout", f"the model {self._name} was busy with other questions")

    def give_back(self, *, again: bool) -> None:
        """For a `SlotPermit`."""
        with self._lock:
            self._free += 1
            self._again = self._again and not again
            self._grant()

    def _stand_in_line(self, *, again: bool) -> "_Waiter":
        mine = _Waiter()
        with self._lock:
            if not again and not self._free and len(self._line) >= self._most:
                raise NNError(
                    "timeout", f"the model {self._name} is busy: {len(self._line)} questions wait already"
                )
            (self._lost if again else self._line).append(mine)
            self._grant()
        return mine

    def _grant(self) -> None:
        """Gives out what is free. With the lock held."""
        while self._free:
            if self._lost and not self._again:
                self._again = True
                mine = self._lost.popleft()
            elif self._line:
                mine = self._line.popleft()
            else:
                return
            self._free -= 1
            mine.granted = True
            mine.set()

    def _leave(self, mine: "_Waiter", *, again: bool) -> bool:
        """Whether one was still waiting."""
        with self._lock:
            if mine.granted:
                return False
            (self._lost if again else self._line).remove(mine)
            return True


class _Waiter(threading.Event):
    """In the line. Set when it is one's turn (`granted`), or when one no longer wants it."""

    granted = False
