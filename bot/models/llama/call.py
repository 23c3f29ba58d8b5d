"""In the parent: one question to a child, from when it is sent until its answer or the child's end."""

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any

from bot.core.errors import NNError

LOOK = 0.05  # seconds between two looks at whether a question is still wanted


class LostError(Exception):
    """The child died, or was killed because it hung, before it answered. The text says how."""


class Call:
    """What a child says to question `number`. A child that has not answered at `overdue` (monotonic)
    hangs. `ended` is called once, by the thread that listens: with the answer or the loss.
    """

    def __init__(self, number: int, overdue: float, ended: Callable[[], None] | None = None) -> None:
        self.number = number
        self.overdue = overdue
        self._ended = ended
        self._frames: queue.SimpleQueue[dict[str, Any] | LostError] = queue.SimpleQueue()

    def put(self, frame: dict[str, Any] | LostError) -> None:
        """For the thread that listens."""
        if self._ended and not is_piece(frame):
            self._ended()
        self._frames.put(frame)

    def take(self, seconds: float | None = None) -> dict[str, Any]:
        """The next piece, or what the child answered at last. Blocks, so long at most.

        Raises:
            queue.Empty: after that time.
            NNError: what the child refused.
            LostError: the child is gone.
        """
        frame = self._frames.get(timeout=seconds)
        if isinstance(frame, LostError):
            raise frame
        if "error" in frame:
            raise NNError(frame["error"]["code"], frame["error"]["message"])
        return frame

    def answer(self, cancelled: threading.Event, cancel: Callable[["Call"], None]) -> dict[str, Any]:
        """The answer at last. Once `cancelled` is set, `cancel` is told, and the wait is over."""
        while not cancelled.is_set():
            with contextlib.suppress(queue.Empty):
                answer: dict[str, Any] = self.take(LOOK)["ok"]
                return answer
        cancel(self)
        raise NNError("timeout", "the question was cancelled")


def is_piece(frame: "dict[str, Any] | LostError") -> bool:
    """Whether more is to come."""
    return isinstance(frame, dict) and "piece" in frame
