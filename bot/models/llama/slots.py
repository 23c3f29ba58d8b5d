"""A first-come, first-served queue for a model's slots."""

import threading
import time
from collections import deque
from contextlib import nullcontext

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError


class SlotPermit:
    """A slot that is held. `release` is idempotent."""

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
    """Admits `slots` concurrent questions; at most `most` wait. May be called from any thread.

    Questions that are asked again after a lost process come first, but one at a time: if one of them kills
    the process again, the others are not lost with it.
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
        """Waits for a slot. `again`: for a question that was lost with its process.

        Raises:
            NNError: timeout; no slot before `end` (monotonic), the queue is full, or `cancelled`.
        """
        mine = self._stand_in_line(again=again)
        with cancelled.calling(mine.set) if cancelled else nullcontext():
            mine.wait(max(end - time.monotonic(), 0))
        if not self._leave(mine, again=again):
            return SlotPermit(self, again=again)
        if cancelled and cancelled.is_set():
            raise NNError("timeout", "the question was cancelled while it was queued")
        raise NNError("timeout", f"the model {self._name} was busy with other questions")

    def give_back(self, *, again: bool) -> None:
        """Releases a slot; called by `SlotPermit`."""
        with self._lock:
            self._free += 1
            self._again = self._again and not again
            self._grant()

    def _stand_in_line(self, *, again: bool) -> "_Waiter":
        mine = _Waiter()
        with self._lock:
            if not again and not self._free and len(self._line) >= self._most:
                raise NNError(
                    "timeout", f"the model {self._name} is busy: {len(self._line)} questions are queued"
                )
            (self._lost if again else self._line).append(mine)
            self._grant()
        return mine

    def _grant(self) -> None:
        """Assigns free slots. The caller holds the lock."""
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
        """Removes a waiter from the queue. False if it already has a slot."""
        with self._lock:
            if mine.granted:
                return False
            (self._lost if again else self._line).remove(mine)
            return True


class _Waiter(threading.Event):
    """A queued question. Set when it gets a slot (`granted`) or is cancelled."""

    granted = False
