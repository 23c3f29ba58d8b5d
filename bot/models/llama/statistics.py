"""Statistics of a model's questions, tokens and times."""

import threading
from typing import Any, NamedTuple


class Statistics(NamedTuple):
    """Questions and tokens since the start. `cached` tokens of `input` did not need to be read again.
    `reading` and `writing` are seconds that slots spent, so that `output / writing` is the speed of one.
    """

    slots: int = 0
    running: int = 0
    waiting: int = 0
    answered: int = 0
    refused: int = 0
    losses: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    reading: float = 0
    writing: float = 0


class GenerationStats:
    """Adds up; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: dict[str, float] = {}

    def add(self, **counts: float) -> None:
        with self._lock:
            for name, count in counts.items():
                self._sums[name] = self._sums.get(name, 0) + count

    def answered(self, answer: dict[str, Any]) -> None:
        """Counts the answer to a question for text."""
        names = ("input", "cached", "output", "reading", "writing")
        self.add(answered=1, **{name: answer.get(name, 0) for name in names})

    def read(self, **now: int) -> Statistics:
        with self._lock:
            return Statistics(**{**self._sums, **now})  # type: ignore[arg-type]  # counts are whole
