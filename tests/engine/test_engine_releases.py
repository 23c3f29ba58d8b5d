"""A database of the release before is taken over as it is: its jobs go on, what it knew is known."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.change import PullRef
from bot.core.jobs import State
from bot.engine import Store, connect

RELEASES = Path(__file__).with_name("releases")
LEASE = timedelta(seconds=30)
PULL = PullRef(repository="acme/shop", number=1)


@pytest.fixture
def old_url(tmp_path: Path) -> str:
    """The two files of release 0.1.0, as it wrote them."""
    for name in ("bot", "bot-inbox"):
        file = sqlite3.connect(tmp_path / f"{name}.db")
        file.executescript((RELEASES / f"0.1.0-{name}.sql").read_text(encoding="utf-8"))
        file.close()
    return f"sqlite:///{tmp_path / 'bot.db'}"


async def drained(store: Store) -> list[str]:
    """The keys of all jobs that can be claimed, in their order."""
    keys = []
    while job := await store.jobs.claim("new-host/1/1", LEASE):
        keys.append(job.task.key.replace("a" * 40, "a").replace("b" * 40, "b"))
        assert await store.jobs.finish(job, "new-host/1/1", State.DONE)
    return keys


async def test_what_waited_parked_or_ran_in_the_old_release_goes_on(old_url: str) -> None:
    """The command first; what ran when the old process was stopped, and what was parked, as well."""
    async with await connect(old_url) as store:
        keys = await drained(store)
        counts = await store.jobs.counts()

    assert "acme/shop#7!77" == keys[0]
    assert {"acme/shop#4@b", "acme/shop#5@a", "acme/shop#6@a"} == set(keys[1:])
    assert (0, 0, 0) == tuple(counts[state] for state in (State.WAITING, State.PARKED, State.RUNNING))
    assert (1, 1, 1) == tuple(counts[state] for state in (State.FAILED, State.CANCELLED, State.SUPERSEDED))


async def test_what_the_old_release_knew_is_known(old_url: str) -> None:
    async with await connect(old_url) as store:
        record = await store.records.latest(PULL)
        assert record
        assert record.id
        change = await store.records.change(record.id)
        answer = await store.journal.get("k" * 64)
        unread = await store.inbox.unread(10)

        assert (11, "a" * 40, "Makes it so.") == (record.comment, record.head, record.review.purpose)
        assert change
        assert "shop/cart.py" == change.files[0].path
        assert answer
        assert '{"notes": []}' == answer.text
        assert ["d-unread"] == [delivery.id for delivery in unread]
        assert (11, 0) == await store.traces.comment_of(PULL)


async def test_a_failed_job_of_the_old_release_can_be_started_anew(old_url: str) -> None:
    async with await connect(old_url) as store:
        [failed] = await store.jobs.list(State.FAILED)

        assert await store.jobs.revive(failed.id)


async def test_an_old_and_a_new_database_have_the_same_tables(old_url: str, tmp_path: Path) -> None:
    """And the same columns, in whatever order, and the same indexes."""

    def schema(path: Path) -> dict[str, object]:
        with sqlite3.connect(path) as file:
            rows = file.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
            columns = {
                name: {tuple(row[1:4]) for row in file.execute(f"PRAGMA table_info({name})").fetchall()}
                for kind, name, _ in rows
                if kind == "table"
            }
        file.close()
        return columns | {name: sql for kind, name, sql in rows if kind == "index"}

    async with await connect(old_url), await connect(f"sqlite:///{tmp_path / 'new.db'}"):
        pass

    assert schema(tmp_path / "new.db") == schema(tmp_path / "bot.db")
    assert schema(tmp_path / "new-inbox.db") == schema(tmp_path / "bot-inbox.db")


async def test_two_processes_that_take_it_over_at_once_do_not_collide(old_url: str) -> None:
    stores = await asyncio.gather(*(connect(old_url) for _ in range(6)))
    counts = await asyncio.gather(*(store.jobs.counts() for store in stores))
    await asyncio.gather(*(store.close() for store in stores))

    assert all(8 == sum(count.values()) for count in counts)
