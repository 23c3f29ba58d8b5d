"""Every column that holds a number is wide enough for what is stored in it.

GitHub's own description says how wide its numbers are. A column that is added and not named here fails the
test: say where its numbers come from.
"""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from annotated_types import Le, Lt
from pydantic import BaseModel
from sqlalchemy import BigInteger, Column, Float, Integer
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.change import Change
from bot.core.findings.learnings import LearnedReply
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.core.jobs import Delivery, Task
from bot.core.llm.messages import Completion
from bot.core.records import Transcript
from bot.core.review import Review
from bot.engine.db.columns import Document
from bot.engine.db.tables import INBOX, MAIN
from github_simulator.graph.schema import SDL
from tests.openapi import description

# Where GitHub describes what is stored: a schema and a property of it.
FROM_GITHUB = {
    "jobs.installation": ("hook-delivery-item", "installation_id"),
    "reviews.installation": ("hook-delivery-item", "installation_id"),
    "learnings.comment": ("pull-request-review-comment", "id"),
    "reviews.comment": ("issue-comment", "id"),
    "summaries.comment": ("issue-comment", "id"),
}

# What models and bodies bring, and sums of it.
FROM_ELSEWHERE = {
    "bodies.delivery": "deliveries.number",
    "deliveries.size": "bytes of a body",
    "journal.answer": "tokens, as a model's server counts them",
    "journal.prompt": "tokens, as a model's server counts them",
    "journal.size": "bytes of an answer",
    "learnings.pull": "the number of a pull request",
    "reservations.tokens": "tokens of a question and its answer",
    "reviews.answer": "a sum of tokens",
    "reviews.cached": "a sum of tokens",
    "reviews.prompt": "a sum of tokens",
    "reviews.size": "bytes of a change and a transcript",
    "months.tokens": "a sum of tokens",
    "spendings.tokens": "a sum of tokens",
}

# Rows are numbered without end: at 100 a second, 32 bits last for 248 days.
ROWS = {
    "deliveries.number",
    "dismissals.number",
    "findings.number",
    "jobs.id",
    "jobs.turn",
    "learnings.number",
    "reservations.id",
    "reviews.id",
    "reviews.job",
    "troubles.id",
    "troubles.job",
}

# Counters of ours, with the most that they reach. 32 bits are enough.
COUNTERS = {
    "deliveries.failures": "one in half a minute, until a delivery is read or forgotten",
    "jobs.attempt": "ATTEMPTS (at most 20) and DEATHS of processes",
    "jobs.failures": "ATTEMPTS (at most 20)",
    "jobs.priority": "10",
    "permits.slot": "OPENAI_CONCURRENCY_TOTAL (at most 1024)",
    "summaries.renewed": "how often people delete a comment and ask for it again",
    "troubles.attempt": "jobs.attempt",
}

COLUMNS = {
    f"{table.name}.{column.name}": column
    for metadata in (MAIN, INBOX)
    for table in metadata.tables.values()
    for column in table.columns
}
NUMBERS = {name: column for name, column in COLUMNS.items() if isinstance(column.type, Integer)}
STORED = (Change, Completion, Delivery, Dismissal, LearnedReply, TrackedFinding, Review, Task, Transcript)


def on_postgresql(column: Column[Any]) -> str:
    return str(column.type.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def test_every_column_with_numbers_says_where_they_come_from() -> None:
    named = [*FROM_GITHUB, *FROM_ELSEWHERE, *ROWS, *COUNTERS]

    assert sorted(NUMBERS) == sorted(named)


@pytest.mark.parametrize("name", sorted({*FROM_GITHUB, *FROM_ELSEWHERE, *ROWS}))
def test_a_number_from_outside_has_64_bits(name: str) -> None:
    """SQLite's INTEGER has 64 bits, and only a column of this type autoincrements."""
    column = NUMBERS[name]

    assert isinstance(column.type, BigInteger)
    assert "BIGINT" == on_postgresql(column)
    assert "INTEGER" == str(column.type.compile(dialect=sqlite.dialect()))


@pytest.mark.parametrize("name", sorted(COUNTERS))
def test_a_counter_of_ours_has_32_bits(name: str) -> None:
    assert "INTEGER" == on_postgresql(NUMBERS[name])


@pytest.mark.parametrize(("name", "place"), sorted(FROM_GITHUB.items()))
def test_github_says_that_its_number_has_64_bits(name: str, place: tuple[str, str]) -> None:
    schema, field = place
    described = description()["components"]["schemas"][schema]["properties"][field]

    assert ("integer", "int64") == (described["type"], described["format"]), name


def test_the_number_of_a_pull_request_fits_into_the_contract_of_modules() -> None:
    """`number: u32` in wasm_modules/wit/review.wit: it counts a repository's pull requests and issues.
    GraphQL has it as an `Int`, of 31 bits.
    """
    described = description()["components"]["schemas"]["pull-request"]["properties"]["number"]

    assert "format" not in described
    assert "pullRequest(number: Int!)" in SDL


def test_no_other_column_holds_numbers() -> None:
    """A float would lose the last digits of an id; a text cannot hold numbers."""
    floats = {name for name, column in COLUMNS.items() if isinstance(column.type, Float)}

    assert {"reviews.seconds"} == floats


def test_no_value_that_is_stored_bounds_a_number_below_64_bits() -> None:
    """But the effort of a review, which is a score from 1 to 5."""
    bounds = {(owner.__name__, name) for kind in STORED for owner, name in bounded(kind)}

    assert {("Review", "effort")} == bounds


def test_every_kind_of_document_is_looked_at() -> None:
    kinds = {column.type.kind for column in COLUMNS.values() if isinstance(column.type, Document)}

    assert kinds <= set(STORED)


def bounded(kind: type[BaseModel], seen: set[type] | None = None) -> Iterator[tuple[type, str]]:
    """The fields of a model and its nested models that bound an integer below 64 bits."""
    seen = seen if seen is not None else set()
    if kind in seen:
        return
    seen.add(kind)
    for name, field in kind.model_fields.items():
        for limit in field.metadata:
            most = limit.le if isinstance(limit, Le) else limit.lt if isinstance(limit, Lt) else None
            if int in parts(field.annotation) and most is not None and most < 2**63 - 1:  # type: ignore[operator]
                yield kind, name
        for part in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from bounded(part, seen)


def parts(annotation: Any) -> set[Any]:
    """The annotation and its parts."""
    return {annotation}.union(*(parts(inner) for inner in get_args(annotation)))
