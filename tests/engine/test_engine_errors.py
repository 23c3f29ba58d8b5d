"""Temporary errors become `Retry`; permanent ones do not, on either database."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.core.change import PullRef
from bot.core.errors import DatabaseError, Retry
from bot.core.jobs import Cause, Delivery, Task
from bot.core.llm.messages import Completion, Finish, Usage
from bot.engine import Store, connect
from bot.engine.db import sqlite as sqlite_module
from bot.engine.db.errors import is_temporary
from tests.postgres import Cluster

TASK = Task(pull=PullRef(repository="o/r", number=1), cause=Cause.PUSHED, head="a1")
TOO_LARGE = 2**63  # for 64 bits, too
SECRET = "the customer's code"


def running(statement: str, **values: object) -> Any:
    """Work that is one statement."""

    def work(connection: Connection) -> Any:
        return connection.execute(text(statement), values)

    return work


# Statements that every database rejects permanently.
REFUSED = {
    "a table that is not there": running("SELECT * FROM nowhere"),
    "a column that is not there": running("SELECT colour FROM jobs"),
    "no SQL": running("SELEKT 1"),
    "nothing where something must be": running("INSERT INTO notes (name) VALUES (:name)", name=SECRET),
    "the same key twice": running(
        "INSERT INTO notes (name, text) VALUES (:name, 'a'), (:name, 'b')", name=SECRET
    ),
    "a number beyond 64 bits": running("UPDATE summaries SET comment = :number", number=TOO_LARGE),
}

# And those that only PostgreSQL refuses.
REFUSED_BY_POSTGRESQL = {
    "a number beyond 32 bits": running("UPDATE jobs SET attempt = :number", number=2**31),
    "a NUL in a text": running("SELECT CAST(:text AS TEXT)", text="a\0b"),
    "half of a surrogate pair": running("SELECT CAST(:text AS TEXT)", text="a\ud83db"),
    "a text for a number": running("SELECT CAST('much' AS INTEGER)"),
    "a division by nothing": running("SELECT 1 / 0"),
    "a function that is not there": running("SELECT nothing()"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_the_database_will_never_take_is_no_retry(store: Store, what: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        await store.jobs._writer.run(REFUSED[what])

    assert "rejects it" in str(refused.value)
    assert SECRET not in str(refused.value)
    assert await store.jobs.submit(TASK)


@pytest.mark.parametrize("what", REFUSED_BY_POSTGRESQL)
async def test_what_postgresql_will_never_take_is_no_retry(postgres: Cluster, what: str) -> None:
    async with await connect(postgres.fresh()) as store:
        await store.jobs.submit(TASK)
        with pytest.raises(DatabaseError):
            await store.jobs._writer.run(REFUSED_BY_POSTGRESQL[what])

        assert await store.jobs.claim("w", timedelta(seconds=30))


async def test_an_integer_that_is_a_text_is_no_retry_on_sqlite(sqlite_store: Store) -> None:
    """SQLite checks no types, except those of a row's number and of constraints."""
    with pytest.raises(DatabaseError, match="datatype mismatch"):
        await sqlite_store.jobs._writer.run(running("UPDATE schema_version SET version = 'three'"))


async def test_a_refusal_takes_nothing_else_of_its_transaction_with_it(store: Store) -> None:
    """A number beyond GitHub's range is rejected; other work of the same transaction is stored."""
    bad = Task(pull=PullRef(repository="o/r", number=9, installation=TOO_LARGE), cause=Cause.PUSHED, head="a")
    tasks = [TASK.model_copy(update={"head": f"h{number}"}) for number in range(20)]

    outcomes = await asyncio.gather(
        *map(store.jobs.submit, [*tasks[:10], bad, *tasks[10:]]), return_exceptions=True
    )

    assert isinstance(outcomes.pop(10), DatabaseError)
    assert all(outcomes)


async def test_a_lock_that_is_waited_for_too_long_passes(postgres: Cluster) -> None:
    url = postgres.fresh()
    async with await connect(url) as store:
        await store.key_values.write("name", "text")
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE notes")
            with pytest.raises(Retry, match="lock timeout"):
                await store.key_values._writer.run(
                    lambda connection: [
                        connection.execute(text("SET LOCAL lock_timeout = '20ms'")),
                        connection.execute(text("SELECT * FROM notes")),
                    ]
                )


async def test_a_statement_that_an_operator_ends_passes(postgres: Cluster) -> None:
    async with await connect(postgres.fresh()) as store:
        with pytest.raises(Retry, match="statement timeout"):
            await store.key_values._writer.run(
                lambda connection: [
                    connection.execute(text("SET LOCAL statement_timeout = '20ms'")),
                    connection.execute(text("SELECT pg_sleep(5)")),
                ]
            )


async def test_a_table_that_a_newer_release_changed_is_read_on_a_new_connection(postgres: Cluster) -> None:
    """The server's plan of a prepared statement is stale."""
    url = postgres.fresh()
    async with await connect(url) as store:
        for _ in range(100):  # so that it is prepared on every connection
            await store.key_values.write("name", "text")
            await store.jobs._writer.run(running("SELECT * FROM notes"))
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("ALTER TABLE notes ADD COLUMN colour TEXT")

        rows = [
            await store.jobs._writer.run(
                lambda connection: connection.execute(text("SELECT * FROM notes")).all()
            )
            for _ in range(30)
        ]

    assert {("name", "text", None)} == {tuple(row) for found in rows for row in found}


async def test_a_statement_that_a_pooler_has_lost_is_prepared_anew(postgres: Cluster) -> None:
    async with await connect(postgres.fresh()) as store:
        for _ in range(100):
            await store.key_values.read("name")
        for _ in range(6):
            await store.key_values._writer.run(running("DEALLOCATE ALL"))

        assert [None] * 20 == [await store.key_values.read("name") for _ in range(20)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SQLITE_BUSY", True),
        ("SQLITE_BUSY_SNAPSHOT", True),
        ("SQLITE_LOCKED", True),
        ("SQLITE_FULL", True),
        ("SQLITE_IOERR", True),
        ("SQLITE_IOERR_FSYNC", True),
        ("SQLITE_READONLY", True),
        ("SQLITE_CANTOPEN", True),
        ("SQLITE_ERROR", False),
        ("SQLITE_CONSTRAINT_UNIQUE", False),
        ("SQLITE_MISMATCH", False),
        ("SQLITE_TOOBIG", False),
        ("SQLITE_CORRUPT", False),
        ("SQLITE_NOTADB", False),
        ("SQLITE_MISUSE", False),
    ],
)
def test_which_codes_of_sqlite_pass(code: str, expected: bool) -> None:
    error = sqlite3.OperationalError(code)
    error.sqlite_errorcode = getattr(sqlite3, code)

    assert expected is is_temporary(OperationalError("", {}, error))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("08006", True),  # connection failure
        ("40001", True),  # serialization failure
        ("40P01", True),  # deadlock
        ("53100", True),  # disk full
        ("53300", True),  # too many connections
        ("55P03", True),  # lock not available
        ("57014", True),  # canceled
        ("57P01", True),  # admin shutdown
        ("57P03", True),  # cannot connect now
        ("58030", True),  # I/O error
        ("25006", True),  # a standby
        ("25P03", True),  # idle in transaction
        ("26000", True),  # a pooler
        ("42P05", True),
        ("22003", False),  # out of range
        ("22021", False),  # a character that is none
        ("23505", False),  # unique
        ("23502", False),  # not null
        ("25P02", False),  # failed transaction
        ("42P01", False),  # no such table
        ("42703", False),  # no such column
        ("42501", False),  # no permission
        ("54000", False),  # too large
        ("0A000", False),  # not supported, also on a new connection
        ("XX001", False),  # damaged
    ],
)
def test_which_states_of_postgresql_pass(state: str, expected: bool) -> None:
    error = psycopg.OperationalError("told")
    error.sqlstate = state

    assert expected is is_temporary(OperationalError("", {}, error))


def test_a_connection_that_breaks_off_without_a_state_passes() -> None:
    for kind, orig in (
        (OperationalError, psycopg.OperationalError("server closed the connection unexpectedly")),
        (InterfaceError, psycopg.InterfaceError("connection already closed")),
    ):
        assert is_temporary(kind("", {}, orig))
    assert not is_temporary(DBAPIError("", {}, psycopg.DataError("NUL")))


async def test_an_answer_with_everything_that_cannot_be_stored_is_stored(store: Store) -> None:
    """See test_engine_safe_text.py for the other texts."""
    answer = Completion(
        text="a\0b\ud83d", finish=Finish.STOP, usage=Usage(prompt=2**40, answer=2**33), model="m\0\udc00"
    )
    await store.journal.put("key", answer, TASK.pull)

    kept = await store.journal.get("key")

    assert kept
    assert ("a\0b?", 2**40 + 2**33) == (kept.text, kept.usage.tokens)


async def test_a_file_that_is_locked_for_long_is_a_retry_for_all_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_SECONDS", 0.05)
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as store:
        with closing(sqlite3.connect(tmp_path / "bot-inbox.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            came = [
                Delivery(id=f"d-{number}", event="push", body=b"{}", received=datetime.now(UTC))
                for number in range(20)
            ]
            outcomes = await asyncio.gather(*map(store.inbox.receive, came), return_exceptions=True)

    assert {Retry} == {type(outcome) for outcome in outcomes}
