"""Opening the database, and failures of the disk."""

import asyncio
import multiprocessing
import os
import random
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, text

from bot.core.change import PullRef
from bot.core.errors import Retry, SettingsError
from bot.core.jobs import Cause, Delivery, JobState, Task
from bot.engine import Store, connect
from bot.engine.db import sqlite as sqlite_module
from bot.engine.db.group_commit import Writer
from bot.engine.db.migrations import MAIN_SCHEMA, Schema
from bot.engine.db.sqlite import open_file

TASK = Task(pull=PullRef(repository="o/r", number=1), cause=Cause.PUSHED, head="a1")


async def test_what_was_stored_is_there_after_a_restart(url: str) -> None:
    async with await connect(url) as store:
        job = await store.jobs.submit(TASK, delivery="d-1")

    async with await connect(url) as store:
        assert await store.jobs.list() == [job]
        assert await store.jobs.claim("w", timedelta(seconds=5))


async def test_the_directory_and_the_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bot.db"
    async with await connect(f"sqlite:///{path}") as store:
        await store.jobs.submit(TASK)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {"bot.db", "bot-inbox.db", "bot.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


async def test_a_path_may_hold_what_a_url_would_read_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "ten % of # a path"
    path.mkdir()
    async with await connect(f"sqlite:///{path}/bot.db") as store:
        await store.check()

    assert (path / "bot.db").is_file()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql+pymysql://root:s3cret@db/bot", "mysql"),
        ("sqlite+aiosqlite:///s3cret.db", "only SQLite and PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://host/s3cret.db", "no host"),
        ("sqlite:///s3cret.db?mode=ro", "no options"),
        ("s3cret.db", "is not a URL"),
        ("", "is not a URL"),
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_without_being_shown(url: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as refused:
        await connect(url)

    assert complaint in str(refused.value)
    assert "sqlite:///path" in str(refused.value)
    assert "s3cret" not in str(refused.value)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("These are my notes, not a database. " * 100)

    with pytest.raises(SettingsError, match=r"bot\.db: file is not a database"):
        await connect(f"sqlite:///{path}")


async def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=r"DATABASE_URL: .*file"):
        await connect(f"sqlite:///{tmp_path / 'file' / 'bot.db'}")


async def test_a_broken_inbox_stops_the_start_and_leaves_the_main_file_free(tmp_path: Path) -> None:
    (tmp_path / "bot-inbox.db").write_text("scribble " * 1000)
    with pytest.raises(SettingsError, match="bot-inbox"):
        await connect(f"sqlite:///{tmp_path / 'bot.db'}")

    (tmp_path / "bot-inbox.db").unlink()
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as store:
        await store.check()


async def test_the_database_of_a_newer_release_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    async with await connect(sqlite_url):
        pass
    with sqlite3.connect(tmp_path / "bot.db") as file:
        file.execute("UPDATE schema_version SET version = 99")
    file.close()

    newest = MAIN_SCHEMA.version
    with pytest.raises(SettingsError, match=f"schema version 99, but this release supports up to {newest}"):
        await connect(sqlite_url)


def _add_colour(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE jobs ADD COLUMN colour TEXT DEFAULT 'red'"))


def _paint(connection: Connection) -> None:
    connection.execute(text("UPDATE jobs SET colour = 'blue'"))


def _stumble(connection: Connection) -> None:
    connection.execute(text("UPDATE jobs SET colour = 'green'"))
    raise RuntimeError("half done")


async def _colours(path: Path, schema: Schema) -> list[str]:
    writer = Writer(lambda: open_file(path, schema), path.name)
    await writer.start()
    try:
        query = text("SELECT colour FROM jobs")
        return list(await writer.run(lambda connection: connection.execute(query).scalars().all()))
    finally:
        await writer.close()


async def test_an_older_database_goes_through_the_steps_it_lacks_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with await connect(sqlite_url) as store:
        await store.jobs.submit(TASK)
    second = Schema(MAIN_SCHEMA.tables, (*MAIN_SCHEMA.steps, _add_colour))
    third = Schema(MAIN_SCHEMA.tables, (*MAIN_SCHEMA.steps, _add_colour, _paint))

    assert await _colours(tmp_path / "bot.db", second) == ["red"]
    assert await _colours(tmp_path / "bot.db", third) == ["blue"]
    assert await _colours(tmp_path / "bot.db", third) == ["blue"]


async def test_a_step_that_fails_leaves_the_database_as_it_was(sqlite_url: str, tmp_path: Path) -> None:
    async with await connect(sqlite_url) as store:
        await store.jobs.submit(TASK)
    with pytest.raises(RuntimeError, match="half done"):
        await _colours(
            tmp_path / "bot.db", Schema(MAIN_SCHEMA.tables, (*MAIN_SCHEMA.steps, _add_colour, _stumble))
        )

    async with await connect(sqlite_url) as store:
        assert (await store.jobs.counts())[JobState.WAITING] == 1


def _open_once(url: str) -> None:
    async def main() -> None:
        async with await connect(url) as store:
            await store.check()

    asyncio.run(main())


def test_two_processes_that_start_at_once_do_not_collide(url: str) -> None:
    fresh = multiprocessing.get_context("spawn")
    starters = [fresh.Process(target=_open_once, args=(url,)) for _ in range(2)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert [starter.exitcode for starter in starters] == [0, 0]


async def test_stores_opened_at_once_on_a_new_file_do_not_collide(url: str) -> None:
    stores = await asyncio.gather(*(connect(url) for _ in range(12)))
    await asyncio.gather(*(store.check() for store in stores))
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_full_disk_is_a_thing_that_passes(sqlite_store: Store, tmp_path: Path) -> None:
    """SQLite's page limit causes the same error as a full disk."""
    writer = sqlite_store._writers[1]
    noise = random.Random(1).randbytes(100_000).hex()  # it cannot be packed into the room that is left
    await sqlite_store.inbox.receive(_delivery("before", ""))
    pages = await writer.run(lambda connection: connection.execute(text("PRAGMA page_count")).scalar_one())
    await writer.run(lambda connection: connection.execute(text(f"PRAGMA max_page_count={pages}")).scalar())

    with pytest.raises(Retry, match=r"bot-inbox\.db: database or disk is full"):
        await sqlite_store.inbox.receive(_delivery("lost", noise))

    await writer.run(lambda connection: connection.execute(text("PRAGMA max_page_count=100000")).scalar())
    assert await sqlite_store.inbox.receive(_delivery("after", noise))
    assert [kept.id for kept in await sqlite_store.inbox.unread(9)] == ["before", "after"]


async def test_a_file_locked_for_too_long_is_a_thing_that_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_SECONDS", 0.05)
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as store:
        other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Retry, match="database is locked"):
            await store.jobs.submit(TASK)
        with pytest.raises(Retry, match="database is locked"):
            await store.check()
        other.execute("ROLLBACK")
        other.close()

        await store.check()
        assert await store.jobs.submit(TASK)


async def test_work_that_fails_takes_nothing_else_with_it(tmp_path: Path) -> None:
    """All three are queued before the thread runs, so they share a transaction."""
    writer = Writer(lambda: open_file(tmp_path / "some.db", Schema(MetaData())), "some.db")
    await writer.start()
    await writer.run(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)")))

    def work(number: int, *, fails: bool) -> "asyncio.Task[None]":
        def insert(connection: Connection) -> None:
            connection.execute(text(f"INSERT INTO t VALUES ({number})"))
            if fails:
                raise LookupError(str(number))

        return asyncio.create_task(writer.run(insert))

    outcomes = await asyncio.gather(
        work(1, fails=False), work(2, fails=True), work(3, fails=False), return_exceptions=True
    )
    rows = await writer.run(lambda connection: connection.execute(text("SELECT n FROM t")).scalars().all())
    await writer.close()

    assert [type(outcome) for outcome in outcomes] == [type(None), LookupError, type(None)]
    assert rows == [1, 3]


async def test_a_closed_store_says_so_and_closes_only_once(url: str) -> None:
    store = await connect(url)
    await store.close()
    await store.close()

    with pytest.raises(Retry, match="is closed"):
        await store.jobs.counts()


async def test_what_was_ordered_before_the_close_is_finished(url: str) -> None:
    store = await connect(url)
    submits = [
        asyncio.create_task(store.jobs.submit(TASK.model_copy(update={"head": f"h{n}"}))) for n in range(50)
    ]
    await asyncio.sleep(0)

    await store.close()

    assert all(await asyncio.gather(*submits))


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    job = await store.jobs.submit(TASK)
    assert job
    await store.jobs.claim("w", timedelta(seconds=5))
    with pytest.raises(Exception, match="has no time zone"):
        await store.jobs.retry(job, "w", datetime(2026, 1, 1), "")  # noqa: DTZ001 - the point of the test


def _delivery(name: str, body: str) -> Delivery:
    return Delivery(id=name, event="pull_request", body=body, received=datetime.now(UTC))


def test_files_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _open_once(f"sqlite:///{tmp_path / 'sub' / 'bot.db'}")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "sub" / "bot.db").stat().st_mode) == 0o600
