"""PostgreSQL only: lost connections, and notifications of other processes."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.change import PullRef
from bot.core.errors import Retry, SettingsError
from bot.core.jobs import Cause, Delivery, JobState, Task
from bot.engine import connect, reach_server
from tests.postgres import Cluster, cluster

LEASE = timedelta(seconds=30)


def push(number: int) -> Task:
    return Task(pull=PullRef(repository="o/r", number=number), cause=Cause.PUSHED, head="a1")


def delivery(name: str) -> Delivery:
    return Delivery(id=name, event="push", body="{}", received=datetime.now(UTC))


@pytest.fixture
def own_server() -> Iterator[Cluster]:
    """A server that a test can stop and start."""
    with cluster() as running:
        yield running


async def test_a_server_that_was_restarted_is_used_again_without_a_word(own_server: Cluster) -> None:
    async with await connect(own_server.fresh()) as store:
        await store.jobs.submit(push(1))
        await store.inbox.receive(delivery("before"))
        own_server.stop()
        own_server.start()

        assert await store.inbox.receive(delivery("after"))
        assert await store.jobs.submit(push(2))
        jobs = [await store.jobs.claim("w", LEASE) for _ in range(2)]
        assert all([await store.jobs.finish(job, "w", JobState.DONE) for job in jobs if job])
        assert 2 == len(await store.inbox.unread(10))


async def test_a_server_that_is_away_is_a_thing_that_passes(own_server: Cluster) -> None:
    async with await connect(own_server.fresh()) as store:
        own_server.stop()
        with pytest.raises(Retry, match="connection"):
            await store.jobs.submit(push(1))
        with pytest.raises(Retry):
            await store.check()
        own_server.start()

        assert await store.jobs.submit(push(1))
        await store.check()


async def test_a_worker_hears_at_once_what_another_process_submits(postgres: Cluster) -> None:
    """Without a wakeup this would wait an hour, beyond the test's time limit."""
    url = postgres.fresh()
    async with await connect(url) as web, await connect(url) as worker:
        while await worker.jobs.claim("w", LEASE) is None:
            waiting = asyncio.create_task(worker.jobs.wait(3600))
            reading = asyncio.create_task(worker.inbox.wait(3600))
            await asyncio.sleep(0.2)
            await web.jobs.submit(push(1))
            await web.inbox.receive(delivery("a"))
            await asyncio.gather(waiting, reading)


async def test_bells_ring_again_after_the_connection_was_lost(own_server: Cluster) -> None:
    url = own_server.fresh()
    async with await connect(url) as web, await connect(url) as worker:
        own_server.stop()
        own_server.start()
        number = 0
        async with asyncio.timeout(60):
            await worker.jobs.wait(0)
            while True:
                waiting = asyncio.create_task(worker.jobs.wait(3600))
                number += 1
                await web.jobs.submit(push(number))
                done, _ = await asyncio.wait({waiting}, timeout=0.5)
                if done:
                    break
                waiting.cancel()

    assert number


async def test_many_processes_submit_and_claim_without_waiting_for_each_other_for_ever(
    postgres: Cluster,
) -> None:
    url = postgres.fresh()
    stores = [await connect(url) for _ in range(3)]
    tasks = [push(number % 40 + 1).model_copy(update={"head": f"h{number}"}) for number in range(240)]
    await asyncio.gather(*(stores[at % 3].jobs.submit(task) for at, task in enumerate(tasks)))
    finished = []

    async def work(name: str, at: int) -> None:
        while job := await stores[at].jobs.claim(name, LEASE):
            assert await stores[at].jobs.finish(job, name, JobState.DONE)
            finished.append(job.task.lane)

    await asyncio.gather(*(work(f"w{at}-{slot}", at) for at in range(3) for slot in range(4)))
    counts = await stores[0].jobs.counts()
    for store in stores:
        await store.close()

    assert 40 == len(finished) == len(set(finished)) == counts[JobState.DONE]
    assert 200 == counts[JobState.SUPERSEDED]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
async def test_the_url_may_be_spelt_as_others_spell_it(postgres: Cluster, scheme: str) -> None:
    url = postgres.fresh().replace("postgresql", scheme, 1)

    async with await connect(url) as store:
        await store.check()
    server, address = reach_server(url)
    assert int(server.version.split(".")[0]) > 9
    assert address.endswith("127.0.0.1")


async def test_a_database_that_cannot_be_used_is_named_without_its_password(postgres: Cluster) -> None:
    url = f"postgresql://bot:s3cret@127.0.0.1:{postgres.port}/missing"
    for refused in (connect(url), asyncio.to_thread(reach_server, url)):
        with pytest.raises(SettingsError, match="DATABASE_URL") as error:
            await refused

        assert "s3cret" not in str(error.value)
        assert "bot" in str(error.value)
