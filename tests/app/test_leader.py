"""Periodic tasks run in one process of all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.leader import LeaderLease, RepeatedTask
from bot.core.errors import Retry
from bot.engine import Store, connect


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    async with await connect(url, holder="one") as one, await connect(url, holder="two") as two:
        yield one, two


async def test_one_of_two_processes_leads_until_it_lets_go(pair: tuple[Store, Store]) -> None:
    first, second = (LeaderLease(store.leases, "sweep") for store in pair)
    assert await first()
    assert not await second()
    assert await first()

    await first.release()
    second._renew = 0.0

    assert await second()
    assert not await LeaderLease(pair[0].leases, "sweep")()


async def test_work_is_done_by_the_one_that_leads_and_again_after_a_while(
    pair: tuple[Store, Store],
) -> None:
    done: list[str] = []
    enough = asyncio.Event()

    def work(name: str) -> RepeatedTask:
        async def once() -> int:
            done.append(name)
            if len(done) == 3:
                enough.set()
            return 1

        return RepeatedTask("sweep", LeaderLease(pair[name == "two"].leases, "sweep"), once, 0.01)

    tasks = [asyncio.create_task(work(name).run()) for name in ("one", "two")]
    async with asyncio.timeout(60):
        await enough.wait()
    for task in tasks:
        task.cancel()

    assert 1 == len(set(done))


@pytest.mark.parametrize("error", [Retry("GitHub is away"), LookupError("a bug")])
async def test_what_fails_is_tried_again_the_next_time(pair: tuple[Store, Store], error: Exception) -> None:
    tries = asyncio.Queue[None]()

    async def fail() -> int:
        tries.put_nowait(None)
        raise error

    task = asyncio.create_task(RepeatedTask("sweep", LeaderLease(pair[0].leases, "sweep"), fail, 0.01).run())
    async with asyncio.timeout(60):
        for _ in range(3):
            await tries.get()
    task.cancel()
