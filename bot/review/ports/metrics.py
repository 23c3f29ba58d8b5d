"""What is counted."""

from typing import Protocol

from bot.core.jobs import JobState
from bot.core.llm.messages import Usage


class Metrics(Protocol):
    """Counts what happens, for the operator. Never fails and never waits."""

    def job(self, state: JobState) -> None:
        """A job has ended in `state`."""
        ...

    def review(self, seconds: float) -> None:
        """A review was made and posted; it took `seconds`."""
        ...

    def tokens(self, model: str, usage: Usage) -> None:
        """A model has answered a request."""
        ...

    def reused(self, model: str) -> None:
        """The journal held the answer."""
        ...

    def failure(self, model: str, kind: str) -> None:
        """A model gave no answer; `kind` is a `Trouble`."""
        ...
