"""What a review says: the answer of the review function, validated before anything uses it."""

from enum import StrEnum

from pydantic import Field

from bot.core.exchange import Exchange, Model, Request
from bot.core.value import Value


class Severity(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    NIT = "nit"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Side(StrEnum):
    """The side of the diff that a line is on: `left` is the base, `right` the head."""

    LEFT = "left"
    RIGHT = "right"


class Source(StrEnum):
    """Who found it: a model, or a rule that reads the diff."""

    MODEL = "model"
    SIGNAL = "signal"


class Finding(Value):
    """A remark on lines `line` to `end` (from 1, both included) of `path`."""

    path: str = Field(max_length=4096)
    line: int = Field(ge=1)
    end: int = Field(ge=1)
    side: Side
    severity: Severity
    category: str = Field(max_length=64)
    confidence: float = Field(ge=0, le=1)
    title: str = Field(max_length=1000)
    body: str = Field(max_length=20_000)
    replacement: str | None = Field(default=None, max_length=20_000)
    source: Source


class Note(Value):
    """A sentence or two about a file (`name` is its path) or a commit (`name` is its SHA)."""

    name: str = Field(max_length=4096)
    text: str = Field(max_length=20_000)


class Coverage(Value):
    path: str = Field(max_length=4096)
    reviewed: bool
    reason: str | None = Field(default=None, max_length=1000)


class Area(Value):
    """A line of the change map: how much of the change is of one kind."""

    name: str = Field(max_length=64)
    files: int
    additions: int
    deletions: int


class Review(Value):
    """The finished review. `coverage` has one entry per file of the change, in its order."""

    purpose: str = Field(max_length=50_000)
    risks: tuple[str, ...] = Field(default=(), max_length=200)
    majors: tuple[str, ...] = Field(default=(), max_length=200)
    commits: tuple[Note, ...] = Field(default=(), max_length=10_000)
    notes: tuple[Note, ...] = Field(default=(), max_length=10_000)
    findings: tuple[Finding, ...] = Field(default=(), max_length=10_000)
    coverage: tuple[Coverage, ...] = ()
    areas: tuple[Area, ...] = Field(default=(), max_length=100)
    order: tuple[str, ...] = Field(default=(), max_length=10_000)
    effort: int = Field(ge=1, le=5)
    problems: tuple[str, ...] = Field(default=(), max_length=1000)


class Template(Value):
    """A prompt template (minijinja) by name."""

    name: str
    text: str


class Settings(Value):
    """What the operator chose, as the review function gets it."""

    model: Model | None
    templates: tuple[Template, ...]
    language: str = "English"
    findings: int = Field(default=6, ge=0)
    threshold: Severity = Severity.NIT


class Ask(Value):
    """The function needs these answered before it can go on."""

    requests: tuple[Request, ...] = Field(min_length=1)


class Done(Value):
    review: Review


Step = Ask | Done

__all__ = [
    "Area",
    "Ask",
    "Coverage",
    "Done",
    "Exchange",
    "Finding",
    "Note",
    "Review",
    "Settings",
    "Severity",
    "Side",
    "Source",
    "Step",
    "Template",
]
