"""One question to a child, from sending until its answer or the child's end."""

import queue
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError

_CANCELLED = {"error": {"code": "timeout", "message": "the question was cancelled"}}


class ChildLostError(Exception):
    """The child died, or was killed because it hung, before it answered. The text says how."""


class ChildRequest:
    """What a child says to question `number`. A child that has not answered at `overdue` (monotonic)
    hangs. `ended` is called once, by the thread that listens: with the answer or the loss.
    """

    def __init__(self, number: int, overdue: float, ended: Callable[[], None] | None = None) -> None:
        self.number = number
        self.overdue = overdue
        self._ended = ended
        self._frames: queue.SimpleQueue[dict[str, Any] | ChildLostError] = queue.SimpleQueue()

    def put(self, frame: dict[str, Any] | ChildLostError) -> None:
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
        if isinstance(frame, ChildLostError):
            raise frame
        if "error" in frame:
            raise NNError(frame["error"]["code"], frame["error"]["message"])
        return frame

    def answer(
        self, cancelled: CancellationToken, cancel: Callable[["ChildRequest"], None]
    ) -> dict[str, Any]:
        """The answer at last. Once `cancelled` is set the wait is over, and `cancel` is told."""
        try:
            with cancelled.calling(partial(self._frames.put, _CANCELLED)):
                answer: dict[str, Any] = self.take()["ok"]
                return answer
        finally:
            if cancelled.is_set():
                cancel(self)


def is_piece(frame: "dict[str, Any] | ChildLostError") -> bool:
    """Whether more frames follow."""
    return isinstance(frame, dict) and "piece" in frame
