"""Two releases on one database, migrations under load, and sums that do not depend on the history."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from bot.core.change import PullRef
from bot.core.errors import SettingsError
from bot.core.llm.budget import TokenLimits, month_of
from bot.engine import connect
from bot.engine.db import sqlite
from bot.engine.db.clock import utc_now
from tests.postgres import Cluster

PULL = PullRef(repository="o/r", number=1)
MONTH = month_of(utc_now())

# What the release before version 8 did to charge tokens: it did not know the sums of a month.
CHARGE = """
    INSERT INTO spendings (month, repository, pull, job, tokens) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (month, repository, pull, job) DO UPDATE SET tokens = spendings.tokens + excluded.tokens
"""


async def test_what_a_process_of_the_release_before_spends_counts(postgres: Cluster) -> None:
    url = postgres.fresh()
    async with await connect(url) as store:
        with psycopg.connect(url, autocommit=True) as older:
            for tokens in (100, 20):
                older.execute(CHARGE, (MONTH, "o/r", "o/r#1", "1", tokens))
            older.execute(CHARGE, (MONTH, "o/other", "o/other#1", "1", 3))
            version = older.execute("SELECT version FROM schema_version").fetchone()
        spending = await store.ledger.spending(PULL, "1")

    assert (120, 120, 120, 123) == (spending.review, spending.pull, spending.repository, spending.month)
    assert (7,) == version  # which that release reads, and finds that it can go on


async def test_a_release_that_is_too_old_for_the_tables_does_not_start(postgres: Cluster) -> None:
    url = postgres.fresh()
    async with await connect(url):
        pass
    with psycopg.connect(url, autocommit=True) as newer:
        newer.execute("UPDATE schema_version SET version = 9, steps = 9")

    with pytest.raises(SettingsError, match="schema version 9, but this release supports up to"):
        await connect(url)


async def test_a_newer_release_that_only_added_does_not_stop_this_one(postgres: Cluster) -> None:
    url = postgres.fresh()
    async with await connect(url):
        pass
    with psycopg.connect(url, autocommit=True) as newer:
        newer.execute("UPDATE schema_version SET steps = 9")
        newer.execute("ALTER TABLE jobs ADD COLUMN later VARCHAR")

    async with await connect(url) as store:
        await store.check()


async def test_a_migration_behind_a_long_reader_stops_nobody(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader keeps the tables; meanwhile others read and write them."""
    monkeypatch.setattr("bot.engine.db.postgres._MIGRATION_PAUSE", 0.2)
    url = postgres.fresh()
    async with await connect(url):
        pass
    with psycopg.connect(url, autocommit=True) as before:  # as the release before left it
        before.execute("ALTER TABLE jobs DROP COLUMN request; DROP TABLE months")
        before.execute("DROP TRIGGER spending_counted ON spendings; DROP FUNCTION count_spending")
        before.execute("ALTER TABLE schema_version DROP COLUMN steps")
        with psycopg.connect(url) as reader:
            reader.execute("SELECT count(*) FROM jobs")
            migrating = asyncio.create_task(connect(url))
            await asyncio.sleep(1)
            for _ in range(20):
                async with asyncio.timeout(10):
                    await asyncio.to_thread(before.execute, "UPDATE jobs SET updated = updated")
            assert not migrating.done()
        store = await migrating
        await store.check()
        await store.close()


async def test_the_price_of_a_reservation_does_not_grow_with_the_month(postgres: Cluster) -> None:
    """It reads the sums, and of the spendings those of its pull request."""
    url = postgres.fresh()
    async with await connect(url) as store:
        with psycopg.connect(url, autocommit=True) as older:
            older.execute(
                "INSERT INTO spendings SELECT %s, 'o/r' || n %% 1000, 'o/r#' || n, '1', 10 "
                "FROM generate_series(1, 20000) n",
                (MONTH,),
            )
            older.execute("VACUUM ANALYZE")
            limits = TokenLimits(review=10**9, pull=10**9, repository=10**9, month=10**9)
            before = _rows_read(older)
            assert isinstance(await store.ledger.reserve(PULL, "1", limits, 5), int)
            await _settled(older, before)
            read = _rows_read(older) - before

    assert read < 100


async def _settled(connection: psycopg.Connection[tuple[int]], before: int) -> None:
    """Waits until the server's statistics contain the reservation."""
    for _ in range(100):
        if _rows_read(connection) > before:
            return
        await asyncio.sleep(0.1)


def _rows_read(connection: psycopg.Connection[tuple[int]]) -> int:
    connection.execute("SELECT pg_stat_clear_snapshot()")
    row = connection.execute(
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables "
        "WHERE relname IN ('spendings', 'months', 'reservations')"
    ).fetchone()
    assert row
    return int(row[0])


async def test_a_file_on_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = _mounted(tmp_path)
    monkeypatch.setattr(sqlite, "_MOUNTS", mounts)

    assert "ext4" == sqlite.file_system(Path("/"))
    with pytest.raises(SettingsError, match="network file system \\(nfs4\\)"):
        await connect(f"sqlite:///{tmp_path / 'bot.db'}")


def _mounted(directory: Path) -> Path:
    """What Linux says when the directory is another machine's."""
    mounts = directory / "mountinfo"
    here = str(directory.resolve()).replace(" ", r"\040")
    mounts.write_text(
        f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n36 22 0:31 / {here} rw - nfs4 server:/share rw\n",
        encoding="utf-8",
    )
    return mounts
