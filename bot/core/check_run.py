"""The check run that says, beside the merge button, what was reviewed."""

from enum import StrEnum

from pydantic import Field

from bot.core.value import Value


class Conclusion(StrEnum):
    """`success` is kept for a pull request of which everything reviewable was reviewed."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    FAILURE = "failure"
    CANCELLED = "cancelled"


class AnnotationLevel(StrEnum):
    """How grave an annotation is."""

    FAILURE = "failure"
    WARNING = "warning"
    NOTICE = "notice"


class Annotation(Value):
    """A mark on lines `line` to `end` of a file at the head. `title` and `message` are plain text."""

    path: str
    line: int = Field(ge=1)
    end: int = Field(ge=1)
    level: AnnotationLevel
    title: str = Field(max_length=255)
    message: str = Field(max_length=20_000)


class Check(Value):
    """A check run; without a conclusion it is in progress. `title` is plain, `summary` and `text` are
    Markdown: `text` stands below the summary.
    """

    name: str
    conclusion: Conclusion | None = None
    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = ()


class CombinedStatus(StrEnum):
    """How the other checks of a commit stand, all together."""

    NONE = "none"
    PENDING = "pending"
    GREEN = "green"
    RED = "red"
