"""An answer as it is made."""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.core.errors import NNError
from bot.models.llama.child_request import ChildLostError, ChildRequest
from bot.models.llama.process import Process

Begin = Callable[[bool], tuple[Process, ChildRequest]]


@dataclass(frozen=True)
class GenerationResult:
    """How an answer ended: by itself (stop), at `n-predict` (length), or with the context (limit).
    `input`, `output` and `cached` are tokens, `cached` those of the input that were known already.
    """

    text: str
    finish: Literal["stop", "length", "limit"]
    input: int
    output: int
    cached: int


class RunningGeneration:
    """For one thread, but for `close`. Lost processes are replaced once, before anything was given out."""

    def __init__(
        self,
        begin: Begin,
        lost: Callable[[Process, ChildLostError], NNError],
        told: Callable[[dict[str, Any] | NNError], None],
    ) -> None:
        self._begin = begin
        self._lost = lost
        self._told = told
        self._fresh = True
        self._closed = threading.Event()
        self._process, self._call = self._start()
        self.result: GenerationResult | None = None
        self.read = 0  # tokens of the prompt that were read so far
        self.tokens = 0  # written so far

    def next(self) -> bytes | None:
        """The next piece, UTF-8; None at the end, when there is a `result`. Blocks. Raises `NNError`."""
        while self.result is None:
            frame = self._frame()
            if "piece" not in frame:
                self._end(frame["ok"])
            elif piece := self._piece(frame):
                return piece
        return None

    def close(self) -> None:
        """Stops it, if it is still under way. Then a `next` that waits raises `NNError`."""
        self._closed.set()
        if not self.result:
            self._process.cancel(self._call)

    def _piece(self, frame: dict[str, Any]) -> bytes:
        """Empty while the prompt is read."""
        self.read, self.tokens = frame["read"], frame["tokens"]
        piece = base64.b64decode(frame["piece"])
        self._fresh = self._fresh and not piece
        return piece

    def _end(self, answer: dict[str, Any]) -> None:
        self._told(answer)
        self.read, self.tokens = answer["input"], answer["output"]
        self.result = GenerationResult(
            **{name: answer[name] for name in GenerationResult.__dataclass_fields__}
        )

    def _frame(self) -> dict[str, Any]:
        while True:
            try:
                return self._call.take()
            except NNError as refusal:
                self._told(refusal)
                raise
            except ChildLostError as loss:
                error = self._lost(self._process, loss)
                if not self._fresh or self._closed.is_set():
                    raise error from None
                self._fresh = False
                self._process, self._call = self._begin(True)

    def _start(self) -> tuple[Process, ChildRequest]:
        try:
            return self._begin(False)
        except ChildLostError:  # between two breaths: it was there when it was asked for
            self._fresh = False
            return self._begin(True)
