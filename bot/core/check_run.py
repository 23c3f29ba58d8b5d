"""The check run that shows the extent and the outcome of a review."""

from enum import StrEnum

from pydantic import Field

from bot.core.value import Value


class Conclusion(StrEnum):
    """The conclusion of a check run. `success` requires that every reviewable file was reviewed."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    FAILURE = "failure"
    CANCELLED = "cancelled"


class AnnotationLevel(StrEnum):
    """The severity of an annotation."""

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
    """A check run; without a conclusion it is in progress. `title` is plain text, `summary` and the `text`
    below it are Markdown.
    """

    name: str
    conclusion: Conclusion | None = None
    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = ()


class CombinedStatus(StrEnum):
    """The combined status of the other checks of a commit."""

    NONE = "none"
    PENDING = "pending"
    GREEN = "green"
    RED = "red"
