"""The index of the registry set, as people write it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from bot.core.errors import Refused
from bot.core.evaluation.dataset import Needs, Term
from bot.core.review import Severity, Side
from bot.core.value import Value

FOLDER = Path(__file__).parent

Ecosystem = Literal["pypi", "npm", "crates", "maven"]
ECOSYSTEMS: tuple[Ecosystem, ...] = ("pypi", "npm", "crates", "maven")
Category = Literal["correctness", "security", "concurrency", "resources", "performance", "compatibility"]
Terms = tuple[Annotated[tuple[Term, ...], Field(min_length=1)], ...]


class Place(Value):
    """A defect and its place: the lines from `at`, a text that only one line of the file contains, to the
    next one with `to`; or the lines from `line` to `end`.
    """

    path: str
    at: str = ""
    to: str = ""
    line: int | None = Field(default=None, ge=1)
    end: int | None = Field(default=None, ge=1)
    side: Side = Side.RIGHT
    text: str = Field(min_length=20)
    severity: Severity
    category: Category
    terms: Terms = Field(min_length=1)
    needs: Needs

    @model_validator(mode="after")
    def _has_one_place(self) -> "Place":
        if bool(self.at) == (self.line is not None):
            raise ValueError("either `at` or `line`")
        if self.to and not self.at:
            raise ValueError("`to` without `at`")
        if self.end is not None and (self.line is None or self.end < self.line):
            raise ValueError("`end` without a line before it")
        return self


class Entry(Value):
    """A change of a package. Without golden comments it is clean."""

    ecosystem: Ecosystem
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    package: str
    before: str
    after: str
    paths: tuple[str, ...] = Field(min_length=1)
    title: str = Field(min_length=5)
    body: str = ""
    language: str
    source: str = Field(min_length=3)
    golden: tuple[Place, ...] = ()

    @property
    def name(self) -> str:
        """The id of its case."""
        return f"{self.ecosystem}/{self.id}"


def read_index(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """The entries of all ecosystems. Raises `Refused`, which names file, entry and field."""
    entries = tuple(entry for ecosystem in ECOSYSTEMS for entry in _read(folder, ecosystem))
    names = [entry.name for entry in entries]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Refused(f"ids that occur twice: {', '.join(sorted(twice))}")
    return entries


def _read(folder: Path, ecosystem: Ecosystem) -> Iterator[Entry]:
    file = folder / f"{ecosystem}.toml"
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("change", [])
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{file.name}: {error}") from None
    for number, table in enumerate(tables, 1):
        try:
            yield Entry.model_validate({"ecosystem": ecosystem, **table})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"]))
            name = table.get("id", f"change {number}")
            raise Refused(f"{file.name}: {name}: {field + ': ' if field else ''}{first['msg']}") from None
