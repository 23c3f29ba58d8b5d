"""The check run that says, beside the merge button, what was reviewed."""

from enum import StrEnum

from bot.core.value import Value


class Conclusion(StrEnum):
    """`success` is kept for a pull request of which everything reviewable was reviewed."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    FAILURE = "failure"
    CANCELLED = "cancelled"


class Check(Value):
    """A check run; without a conclusion it is in progress. `title` and `summary` are Markdown."""

    name: str
    conclusion: Conclusion | None = None
    title: str
    summary: str
