"""A database of an older schema is migrated: its jobs continue, and its data is kept."""

import asyncio
import re
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, Connection, MetaData, Text

from bot.core.change import PullRef
from bot.core.findings.learnings import LearnedReply
from bot.core.jobs import Cause, Delivery, JobState, Task
from bot.core.llm.budget import TokenLimits
from bot.engine import RetentionLimits, Store, connect
from bot.engine.db.migrations import Schema
from bot.engine.db.migrations.statements import run
from tests.engine.conftest import HandClock
from tests.postgres import Cluster

RELEASES = Path(__file__).with_name("releases")
LEASE = timedelta(seconds=30)
PULL = PullRef(repository="acme/shop", number=1)
LARGE = 2**33 + 7  # beyond 32 bits, as GitHub's ids are

# Version 1 of the schema was release 0.1.0's, which knew SQLite only.
OLD = (
    "0.1.0 on sqlite",
    "schema-2 on sqlite",
    "schema-3 on sqlite",
    "schema-2 on postgresql",
    "schema-3 on postgresql",
)


def sqlite_database(directory: Path, version: str) -> str:
    for name in ("bot", "bot-inbox"):
        with closing(sqlite3.connect(directory / f"{name}.db")) as file:
            file.executescript((RELEASES / f"{version}-{name}.sql").read_text(encoding="utf-8"))
    return f"sqlite:///{directory / 'bot.db'}"


def postgresql_database(cluster: Cluster, version: str) -> str:
    url = cluster.fresh()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((RELEASES / f"{version}-postgresql.sql").read_bytes())
    return url


@pytest.fixture(params=OLD)
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of an older schema, as that release wrote it."""
    version, _, kind = request.param.partition(" on ")
    if kind == "sqlite":
        return sqlite_database(tmp_path, version)
    return postgresql_database(request.getfixturevalue("postgres"), version)


@pytest.fixture
def new_url(old_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the same kind."""
    if old_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'new.db'}"
    fresh: str = request.getfixturevalue("postgres").fresh()
    return fresh


async def drained(store: Store) -> list[str]:
    """The keys of all claimable jobs, in order."""
    keys = []
    while job := await store.jobs.claim("new-host/1/1", LEASE):
        keys.append(job.task.key.replace("a" * 40, "a").replace("b" * 40, "b"))
        assert await store.jobs.finish(job, "new-host/1/1", JobState.DONE)
    return keys


async def test_what_waited_parked_or_ran_goes_on(old_url: str, clock: HandClock) -> None:
    """The command first; also jobs that were running or parked when the old process stopped."""
    clock.pass_by(timedelta(days=300).total_seconds())
    async with await connect(old_url, clock) as store:
        keys = await drained(store)
        counts = await store.jobs.counts()

    assert "acme/shop#7!77" == keys[0]
    assert {"acme/shop#4@b", "acme/shop#5@a", "acme/shop#6@a"} == set(keys[1:])
    assert (0, 0, 0) == tuple(
        counts[state] for state in (JobState.WAITING, JobState.PARKED, JobState.RUNNING)
    )
    assert (1, 1, 1) == tuple(
        counts[state] for state in (JobState.FAILED, JobState.CANCELLED, JobState.SUPERSEDED)
    )


async def test_what_was_known_is_known(old_url: str) -> None:
    async with await connect(old_url) as store:
        record = await store.records.latest(PULL)
        assert record
        assert record.id
        change = await store.records.change(record.id)
        answer = await store.journal.get("k" * 64)
        unread = await store.inbox.unread(10)
        [aside] = await store.inbox.list_set_aside()

        assert (11, "a" * 40, "Makes it so.") == (record.comment, record.head, record.review.purpose)
        assert change
        assert "shop/cart.py" == change.files[0].path
        assert answer
        assert '{"notes": []}' == answer.text
        assert [("d-unread", b'{"action": "opened"}')] == [(one.id, one.body) for one in unread]
        assert ("d-bad", "action: Field required") == (aside.delivery, aside.reason)
        assert (11, 0) == await store.published.comment_of(PULL)


async def test_a_failed_job_can_be_started_anew(old_url: str) -> None:
    async with await connect(old_url) as store:
        [failed] = await store.jobs.list(JobState.FAILED)

        assert await store.jobs.revive(failed.id)


async def test_ids_beyond_32_bits_are_stored_beside_the_old_rows(old_url: str) -> None:
    """Row numbers continue beyond 32 bits."""
    pull = PullRef(repository="acme/shop", number=8, installation=LARGE)
    async with await connect(old_url) as store:
        [old] = await store.jobs.list(JobState.FAILED)
        count_on(
            old_url, ("jobs", "reviews", "troubles", "reservations", "findings", "dismissals", "learnings")
        )
        job = await store.jobs.submit(Task(pull=pull, cause=Cause.COMMAND, comment=LARGE))
        assert job
        assert LARGE < job.id
        assert await store.jobs.cancel(job.id, "enough")
        assert job.task == (await store.jobs.list(limit=1))[0].task
        await store.published.remember_comment(pull, LARGE)
        assert (LARGE, 0) == await store.published.comment_of(pull)
        assert LARGE < int(await store.ledger.reserve(pull, "job", TokenLimits(review=10**12), LARGE))
        reply = LearnedReply(comment=LARGE, pull=8, author="a", path="p", finding="f", text="t")
        await store.memory.learn("acme/shop", [reply])
        assert [reply] == await store.memory.learnings("acme/shop")
        entry, *_ = await store.memory.entries("acme/shop")
        assert LARGE < int(entry.id)
        record = await store.records.latest(PULL)
        assert record
        large = record.model_copy(update={"id": None, "pull": pull, "job": job.id, "comment": LARGE})
        saved = await store.records.save(large)
        assert saved == await store.records.latest(pull)
        assert saved.id
        assert LARGE < saved.id
        assert await store.inbox.receive(Delivery(id="d-new", event="push", body=b"{}", received=old.created))
        assert await store.jobs.get(old.id) == old


async def test_an_old_and_a_new_database_have_the_same_tables(old_url: str, new_url: str) -> None:
    """Also the same columns, in any order, and the same indexes."""
    async with await connect(old_url), await connect(new_url):
        pass

    assert schema(new_url) == schema(old_url)


def with_a_column_more(schema: Schema) -> Schema:
    """The next release's schema, in which every table has one more column."""
    tables = MetaData()
    for table in schema.tables.sorted_tables:
        table.to_metadata(tables).append_column(Column("of_a_later_release", Text))

    def add(connection: Connection) -> None:
        for table in tables.sorted_tables:
            run(connection, f"ALTER TABLE {table.name} ADD COLUMN of_a_later_release TEXT")

    return replace(schema, tables=tables, steps=(*schema.steps, add))


async def test_a_new_column_of_any_table_breaks_no_upgrade(
    old_url: str, new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that created the present tables would create the new column too early."""
    connecting = sys.modules["bot.engine.connect"]
    for name in ("MAIN_SCHEMA", "INBOX_SCHEMA", "SHARED_INBOX_SCHEMA"):
        monkeypatch.setattr(connecting, name, with_a_column_more(getattr(connecting, name)))
    async with await connect(old_url) as store, await connect(new_url):
        assert await drained(store)

    assert schema(new_url) == schema(old_url)


async def test_a_large_limit_of_what_is_kept_forgets_nothing(old_url: str) -> None:
    """A hundred gigabytes, from a database whose sizes had 32 bits."""
    size, days = 100_000_000_000, timedelta(days=36_500)
    sizes = {"deliveries_size": size, "journal_size": size, "reviews_size": size}
    async with await connect(old_url) as store:
        forgotten = await store.retention.prune(RetentionLimits(days, days, days, days, **sizes))

    assert {"reservations"} >= set(forgotten)  # which lapse after half an hour, whatever is kept


async def test_processes_that_take_it_over_at_once_do_not_collide(old_url: str) -> None:
    stores = await asyncio.gather(*(connect(old_url) for _ in range(6)))
    counts = await asyncio.gather(*(store.jobs.counts() for store in stores))
    await asyncio.gather(*(store.close() for store in stores))

    assert all(8 == sum(count.values()) for count in counts)


def count_on(url: str, tables: tuple[str, ...]) -> None:
    """Sets the next row numbers of these tables beyond 32 bits."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            file.execute("DELETE FROM sqlite_sequence")
            file.executemany("INSERT INTO sqlite_sequence VALUES (?, ?)", [(name, LARGE) for name in tables])
        return
    with psycopg.connect(url, autocommit=True) as connection:
        for name in tables:
            column = "number" if name in ("findings", "dismissals", "learnings") else "id"
            connection.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", (name, column, LARGE))


def schema(url: str) -> Mapping[str, object]:
    """Columns by table, and indexes and sequences by name."""
    if not url.startswith("sqlite"):
        return _schema_of_postgresql(url)
    path = Path(url.removeprefix("sqlite:///"))
    return {part: _schema_of_file(path.with_name(f"{path.stem}{part}.db")) for part in ("", "-inbox")}


def _schema_of_file(path: Path) -> Mapping[str, object]:
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        columns = {
            name: {tuple(row[1:6]) for row in file.execute(f"PRAGMA table_info({name})").fetchall()}
            for kind, name, _ in rows
            if kind == "table"
        }
    return columns | {name: sql for kind, name, sql in rows if kind == "index"}


def _schema_of_postgresql(url: str) -> Mapping[str, object]:
    asked = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "sequences": "SELECT sequencename, data_type, max_value FROM pg_sequences",
        "constraints": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('p', 'u')",
    }
    with psycopg.connect(url) as connection:
        rows = {name: connection.execute(query.encode()).fetchall() for name, query in asked.items()}
    return {name: {tuple(map(_plain, row)) for row in found} for name, found in rows.items()}


def _plain(value: object) -> str:
    """As text without casts, brackets and quotes: PostgreSQL spells an expression otherwise once it was
    dumped.
    """
    return re.sub(r"::[a-z ]+(\[\])?|[()']", "", str(value))
