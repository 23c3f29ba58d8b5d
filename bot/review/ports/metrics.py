"""The port to the metrics."""

from typing import Protocol

from bot.core.jobs import JobState
from bot.core.llm.messages import Usage


class Metrics(Protocol):
    """Counts events for the operator. No method fails or blocks."""

    def job(self, state: JobState) -> None:
        """A job has ended in `state`."""
        ...

    def review(self, seconds: float) -> None:
        """A review was posted; it took `seconds`."""
        ...

    def tokens(self, model: str, usage: Usage) -> None:
        """A model has answered a request."""
        ...

    def reused(self, model: str) -> None:
        """An answer was found in the journal."""
        ...

    def failure(self, model: str, kind: str) -> None:
        """A model gave no answer; `kind` is a `FailureKind`."""
        ...
