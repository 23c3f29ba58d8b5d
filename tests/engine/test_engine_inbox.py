"""Deliveries: on disk before they are acknowledged, read in order, kept when they are invalid."""

import asyncio
import random
import sqlite3
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.jobs import Delivery
from bot.engine import Store, connect
from bot.engine.queue import inbox as inbox_module


def delivery(name: str, body: str = '{"action": "opened"}') -> Delivery:
    received = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    return Delivery(id=name, event="pull_request", body=body, received=received)


def noise(size: int) -> str:
    """That many characters, which compress to half their size."""
    return random.Random(size).randbytes(size // 2).hex()


async def ids(store: Store) -> list[str]:
    return [kept.id for kept in await store.inbox.unread(100)]


async def test_deliveries_are_read_as_they_came_and_in_that_order(store: Store) -> None:
    came = [delivery(f"d-{number}", f'{{"n": "\\u0000 ⚙ {number}"}}') for number in range(5)]
    for one in came:
        assert await store.inbox.receive(one)

    assert await store.inbox.unread(100) == came
    assert await store.inbox.unread(2) == came[:2]


async def test_what_is_read_is_not_read_again(store: Store) -> None:
    for name in ("a", "b", "c"):
        await store.inbox.receive(delivery(name))

    await store.inbox.mark_read(["a", "c"])

    assert await ids(store) == ["b"]


async def test_a_redelivery_is_known_and_is_read_once_more(store: Store) -> None:
    """A person pressed "redeliver", perhaps because the review failed: the job decides what it means."""
    await store.inbox.receive(delivery("a"))
    assert not await store.inbox.receive(delivery("a"))
    assert await ids(store) == ["a"]

    await store.inbox.mark_read(["a"])
    assert not await store.inbox.receive(delivery("a"))
    assert await ids(store) == ["a"]


async def test_a_malformed_delivery_is_kept_with_its_reason(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.inbox.receive(delivery("bad", "{}"))
    await sqlite_store.inbox.receive(delivery("good"))

    await sqlite_store.inbox.set_aside("bad", "no pull request in it")

    assert await ids(sqlite_store) == ["good"]
    with sqlite3.connect(tmp_path / "bot-inbox.db") as file:
        joined = "deliveries JOIN bodies ON delivery = number"
        rows = file.execute(f"SELECT body, error FROM {joined} WHERE id = 'bad'").fetchall()
    file.close()
    [(body, error)] = rows
    assert ("{}", "no pull request in it") == (zlib.decompress(body).decode(), error)


async def test_large_deliveries_are_not_all_loaded_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "MOST_BYTES", 1000)
    for name, size in (("a", 10_000), ("b", 800), ("c", 800), ("d", 800)):
        await store.inbox.receive(delivery(name, noise(size)))

    assert await ids(store) == ["a"]

    await store.inbox.mark_read(["a"])
    assert await ids(store) == ["b", "c"]


async def test_a_reader_wakes_when_something_comes(store: Store) -> None:
    """Without a wakeup this would wait an hour, beyond the test's time limit."""
    waits = asyncio.create_task(store.inbox.wait(3600))
    await asyncio.sleep(0)

    await store.inbox.receive(delivery("a"))

    await waits


async def test_of_many_that_come_at_once_each_is_stored_and_one_is_new(store: Store) -> None:
    came = [delivery(f"d-{number % 100}") for number in range(500)]

    fresh = await asyncio.gather(*(store.inbox.receive(one) for one in came))

    assert sum(fresh) == 100
    assert len(await store.inbox.unread(1000)) == 100


async def test_two_processes_receive_into_one_inbox(store: Store, url: str) -> None:
    async with await connect(url) as other:
        fresh = await asyncio.gather(
            *(part.inbox.receive(delivery(f"d-{number}")) for number in range(50) for part in (store, other))
        )
        assert sum(fresh) == 50
        assert await other.inbox.unread(100) == await store.inbox.unread(100)
