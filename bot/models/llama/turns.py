"""In the parent: whose question is next. First come, first served."""

import threading
import time
from collections import deque

from bot.core.errors import NNError
from bot.models.llama.call import LOOK


class Turn:
    """The right to ask now. Giving it back twice does no harm."""

    def __init__(self, turns: "Turns") -> None:
        self._turns: Turns | None = turns
        self._lock = threading.Lock()

    def release(self) -> None:
        with self._lock:
            turns, self._turns = self._turns, None
        if turns:
            turns.release()


class Turns:
    """`slots` questions under way, and at most `most` that wait; from any thread."""

    def __init__(self, name: str, slots: int, most: int) -> None:
        self._name = name
        self._most = most
        self._free = slots
        self._line: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        return len(self._line)

    def take(self, end: float, cancelled: threading.Event | None = None, *, again: bool = False) -> Turn:
        """Waits for a turn. `again`: at the head of the line, however long that is.

        Raises:
            NNError: timeout; no turn before `end` (monotonic), too many wait already, or `cancelled`.
        """
        mine = self._stand_in_line(again=again)
        if mine is None or _granted(mine, end, cancelled) or not self._leave(mine):
            return Turn(self)
        if cancelled and cancelled.is_set():
            raise NNError("timeout", "the question was cancelled while it waited")
        raise NNError("timeout", f"the model {self._name} was busy with other questions")

    def release(self) -> None:
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1

    def _stand_in_line(self, *, again: bool) -> threading.Event | None:
        """What is set when it is one's turn; None when it is already."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            if not again and len(self._line) >= self._most:
                raise NNError(
                    "timeout", f"the model {self._name} is busy: {len(self._line)} questions wait already"
                )
            mine = threading.Event()
            if again:
                self._line.appendleft(mine)
            else:
                self._line.append(mine)
            return mine

    def _leave(self, mine: threading.Event) -> bool:
        """Whether one was still waiting."""
        with self._lock:
            if mine.is_set():
                return False
            self._line.remove(mine)
            return True


def _granted(mine: threading.Event, end: float, cancelled: threading.Event | None) -> bool:
    while not (cancelled and cancelled.is_set()):
        left = end - time.monotonic()
        if mine.wait(max(min(left, LOOK) if cancelled else left, 0)):
            return True
        if left <= 0:
            return False
    return False
