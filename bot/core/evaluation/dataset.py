"""Datasets of pull requests with golden comments, as JSON Lines.

The format, with optional parts in brackets:

    {"id": "python/paging", "title": "…", ["body": "…", "commits": ["message", …],
     "language": "python", "source": "…",]
     "diff": "a unified diff, as git prints it",
     ["texts": {"path": "the file at the head"},]
     "golden": [{"text": "the expected comment",
                 ["path": "…", "line": 3, "end": 4, "side": "right", "severity": "major", "category": "…",
                  "terms": [["timeout", "deadline"], ["retry"]], "needs": "file"]}]}

A pull request without golden comments is clean: every finding in it is wrong. A golden comment without a path
has no position (as in benchmarks that compare only meanings). `terms` are the key terms of a golden comment:
a finding has the same meaning if it contains a term of each group. `needs` is what a reader must see to find
the defect: the diff, the whole files that it changes, or other files of the repository.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from bot.core.change import Change, Commit
from bot.core.diff import DiffError, parse_diff
from bot.core.errors import Refused
from bot.core.review import Severity, Side
from bot.core.value import Value

Term = Annotated[str, Field(min_length=2)]


class Needs(StrEnum):
    """What a reader must see to find a defect."""

    DIFF = "diff"
    FILE = "file"
    REPOSITORY = "repository"


class Golden(Value):
    """An expected comment. Lines count from 1; `end` defaults to `line`."""

    text: str = Field(min_length=1)
    path: str | None = None
    line: int | None = Field(default=None, ge=1)
    end: int | None = Field(default=None, ge=1)
    side: Side = Side.RIGHT
    severity: Severity | None = None
    category: str = ""
    terms: tuple[Annotated[tuple[Term, ...], Field(min_length=1)], ...] = ()
    needs: Needs | None = None

    @model_validator(mode="after")
    def _has_a_place(self) -> "Golden":
        if self.line is not None and self.path is None:
            raise ValueError("a line without a path")
        if self.end is not None and (self.line is None or self.end < self.line):
            raise ValueError("an end without a line before it")
        return self


class Case(Value):
    """A pull request and its expected comments. `commits` are messages, the oldest first."""

    id: str = Field(min_length=1)
    title: str = ""
    body: str = ""
    commits: tuple[str, ...] = ()
    language: str = ""
    source: str = ""
    diff: str
    texts: dict[str, str] = Field(default_factory=dict)
    golden: tuple[Golden, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.golden

    def change(self) -> Change:
        """The pull request as input of the review function. Raises `DiffError`."""
        commits = [
            Commit(sha=f"{number:040x}", message=message, author="")
            for number, message in enumerate(self.commits, 1)
        ]
        return Change(title=self.title, body=self.body, commits=tuple(commits), files=parse_diff(self.diff))


def read_dataset(lines: Iterable[str], name: str) -> Iterator[Case]:
    """The cases of a dataset; errors contain its `name`. Raises `Refused`, which names line and field."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _read(line, f"{name}:{number}")
        if case.id in seen:
            raise Refused(f"{name}:{number}: duplicate id {case.id}")
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
