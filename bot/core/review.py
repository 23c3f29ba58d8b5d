"""The output of the review function, validated before use, and its settings."""

from enum import StrEnum

from pydantic import Field

from bot.core.llm.messages import Exchange, Model, Request, TextLocation
from bot.core.lookups import Lookup
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


class FindingSource(StrEnum):
    """The origin of a finding: a model or a static rule."""

    MODEL = "model"
    SIGNAL = "signal"


class LineRange(Value):
    """Lines `line` to `end` (from 1, both included) of one side of the diff of `path`."""

    path: str = Field(max_length=4096)
    line: int = Field(ge=1)
    end: int = Field(ge=1)
    side: Side


class Finding(Value):
    """A remark on lines `line` to `end` (from 1, both included) of `path`; `also` lists other places of the
    same problem.
    """

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
    source: FindingSource
    also: tuple[LineRange, ...] = Field(default=(), max_length=1000)


class ChangeNote(Value):
    """A sentence or two about a file (`name` is its path) or a commit (`name` is its SHA)."""

    name: str = Field(max_length=4096)
    text: str = Field(max_length=20_000)


class Coverage(Value):
    """Whether a file was reviewed; `later`: only the budget prevented it."""

    path: str = Field(max_length=4096)
    reviewed: bool
    reason: str | None = Field(default=None, max_length=1000)
    later: bool = False


class Group(Value):
    """A row of the walkthrough: related files, and a description of their changes."""

    name: str = Field(max_length=1000)
    paths: tuple[str, ...] = Field(default=(), max_length=10_000)
    text: str = Field(max_length=20_000)


class Area(Value):
    """A row of the change map: the size of one part of the change."""

    name: str = Field(max_length=64)
    files: int
    additions: int
    deletions: int


class Review(Value):
    """The finished review. `coverage` has one entry per file of the change, in its order; `unsure` are
    findings that verification could neither prove nor refute.
    """

    purpose: str = Field(max_length=50_000)
    risks: tuple[str, ...] = Field(default=(), max_length=200)
    majors: tuple[str, ...] = Field(default=(), max_length=200)
    commits: tuple[ChangeNote, ...] = Field(default=(), max_length=10_000)
    notes: tuple[ChangeNote, ...] = Field(default=(), max_length=10_000)
    walkthrough: tuple[Group, ...] = Field(default=(), max_length=1000)
    tests: str = Field(default="", max_length=20_000)
    diagram: str | None = Field(default=None, max_length=20_000)
    findings: tuple[Finding, ...] = Field(default=(), max_length=10_000)
    unsure: tuple[Finding, ...] = Field(default=(), max_length=10_000)
    coverage: tuple[Coverage, ...] = ()
    areas: tuple[Area, ...] = Field(default=(), max_length=100)
    order: tuple[str, ...] = Field(default=(), max_length=10_000)
    effort: int = Field(ge=1, le=5)
    problems: tuple[str, ...] = Field(default=(), max_length=1000)


class Template(Value):
    """A prompt template (minijinja) by name."""

    name: str
    text: str


class Learning(Value):
    """A maintainer's reply to an earlier finding, for later reviews of the repository.

    `path` is the finding's file, empty for the whole repository; `finding` is its title, empty if it answers
    none.
    """

    author: str
    path: str = ""
    finding: str = ""
    text: str


class Features(Value):
    """The enabled parts of a review; `record features` in the WIT documents them."""

    signals: bool = True
    texts: bool = True
    lookups: bool = True
    verification: bool = True
    replacements: bool = True
    summary: bool = True
    walkthrough: bool = True
    commits: bool = True
    diagram: bool = True


class ReviewSettings(Value):
    """The settings of operator and repository, as passed to the review function. `omit` lists the rule
    families to skip because they have failed.
    """

    model: Model | None
    templates: tuple[Template, ...]
    language: str = "English"
    tone: str = ""
    findings: int = Field(default=6, ge=0)
    threshold: Severity = Severity.NIT
    confidence: float = Field(default=0.7, ge=0, le=1)
    portion: int = Field(default=0, ge=0)
    passes: int = Field(default=1, ge=1)
    guidance: str = ""
    rules: tuple[str, ...] = ()
    learnings: tuple[Learning, ...] = ()
    features: Features = Features()
    omit: tuple[str, ...] = ()


class Ask(Value):
    """The function needs answers to these requests to continue."""

    requests: tuple[Request, ...] = Field(min_length=1)


class Fetch(Value):
    """The function needs these texts to continue."""

    places: tuple[TextLocation, ...] = Field(min_length=1)


class Look(Value):
    """The function needs these look-ups to continue."""

    lookups: tuple[Lookup, ...] = Field(min_length=1)


class Done(Value):
    review: Review


Step = Ask | Fetch | Look | Done


class Purpose(StrEnum):
    """The purpose of a question: to answer its text, or to explain lines or the whole change."""

    ANSWER = "answer"
    EXPLAIN = "explain"


class ThreadRemark(Value):
    """A comment in a thread; `mine`: written by the bot."""

    author: str
    mine: bool
    text: str


class Question(Value):
    """A person's question about a change; `thread` holds the earlier comments, the oldest first."""

    purpose: Purpose
    text: str = ""
    spot: LineRange | None = None
    thread: tuple[ThreadRemark, ...] = ()


class AnswerText(Value):
    """The answer to a question, as Markdown."""

    text: str = Field(max_length=100_000)


Turn = Ask | Fetch | Look | AnswerText

__all__ = [
    "AnswerText",
    "Area",
    "Ask",
    "ChangeNote",
    "Coverage",
    "Done",
    "Exchange",
    "Features",
    "Fetch",
    "Finding",
    "FindingSource",
    "Group",
    "Learning",
    "LineRange",
    "Look",
    "Lookup",
    "Purpose",
    "Question",
    "Review",
    "ReviewSettings",
    "Severity",
    "Side",
    "Step",
    "Template",
    "ThreadRemark",
    "Turn",
]
