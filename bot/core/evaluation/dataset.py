"""Datasets: pull requests with golden comments, one JSON object a line.

The format, with everything that may be left out in brackets:

    {"id": "python/paging", "title": "…", ["body": "…", "language": "python", "source": "…",]
     "diff": "a unified diff, as git prints it",
     ["texts": {"path": "the file at the head"},]
     "golden": [{"text": "what a good review says here",
                 ["path": "…", "line": 3, "end": 4, "side": "right", "severity": "major", "category": "…"]}]}

A pull request without golden comments is clean: whatever is said of it is wrong. A golden comment without a
path says only what, not where (as in benchmarks that judge by meaning alone).
"""

from collections.abc import Iterable, Iterator

from pydantic import Field, ValidationError, model_validator

from bot.core.change import Change
from bot.core.diff import DiffError, parse_diff
from bot.core.errors import Refused
from bot.core.review import Severity, Side
from bot.core.value import Value


class Golden(Value):
    """A remark that a good review makes. Lines count from 1; `end` is `line` where it is not given."""

    text: str = Field(min_length=1)
    path: str | None = None
    line: int | None = Field(default=None, ge=1)
    end: int | None = Field(default=None, ge=1)
    side: Side = Side.RIGHT
    severity: Severity | None = None
    category: str = ""

    @model_validator(mode="after")
    def _has_a_place(self) -> "Golden":
        if self.line is not None and self.path is None:
            raise ValueError("a line without a path")
        if self.end is not None and (self.line is None or self.end < self.line):
            raise ValueError("an end without a line before it")
        return self


class Case(Value):
    """A pull request and what a good review says of it."""

    id: str = Field(min_length=1)
    title: str = ""
    body: str = ""
    language: str = ""
    source: str = ""
    diff: str
    texts: dict[str, str] = Field(default_factory=dict)
    golden: tuple[Golden, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.golden

    def change(self) -> Change:
        """The pull request as the review function gets it. Raises `DiffError`."""
        return Change(title=self.title, body=self.body, files=parse_diff(self.diff))


def read_dataset(lines: Iterable[str], name: str) -> Iterator[Case]:
    """The cases of a dataset; `name` stands in errors. Raises `Refused`, which names line and field."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _read(line, f"{name}:{number}")
        if case.id in seen:
            raise Refused(f"{name}:{number}: the id {case.id} is there twice")
        seen.add(case.id)
        yield case


def _read(line: str, place: str) -> Case:
    try:
        case = Case.model_validate_json(line)
        case.change()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise Refused(f"{place}: {field + ': ' if field else ''}{first['msg']}") from None
    except DiffError as error:
        raise Refused(f"{place}: diff: {error}") from None
    return case
