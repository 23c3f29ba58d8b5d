"""The order of claims: repositories alternate, and limits apply across all processes."""

from datetime import timedelta

import pytest

from bot.core.change import PullRef
from bot.core.jobs import Cause, Job, JobState, Task
from bot.engine import ClaimLimits, Store, connect
from tests.engine.conftest import HandClock

LEASE = timedelta(seconds=30)


def push(repository: str, number: int, head: str = "a1", installation: int | None = None) -> Task:
    pull = PullRef(repository=repository, number=number, installation=installation)
    return Task(pull=pull, cause=Cause.PUSHED, head=head)


async def claim(store: Store) -> Job:
    job = await store.jobs.claim("w", LEASE)
    assert job
    return job


async def served(store: Store, count: int) -> list[str]:
    """The repositories of the next jobs, each finished before the next is claimed."""
    order = []
    for _ in range(count):
        job = await claim(store)
        order.append(job.task.pull.repository)
        await store.jobs.finish(job, "w", JobState.DONE)
    return order


async def test_a_busy_repository_does_not_keep_out_another(store: Store) -> None:
    for number in range(1, 101):
        await store.jobs.submit(push("busy/one", number))
    await served(store, 10)
    await store.jobs.submit(push("quiet/one", 1))
    await store.jobs.submit(push("quiet/one", 2))

    assert 2 == (await served(store, 4)).count("quiet/one")


async def test_one_that_always_comes_back_does_not_keep_out_the_busy_one(store: Store) -> None:
    """Each of its jobs is its only waiting one, as if the repository were new every time."""
    for number in range(1, 21):
        await store.jobs.submit(push("busy/one", number))
    order = []
    for number in range(1, 21):
        await store.jobs.submit(push("steady/one", number))
        order += await served(store, 1)

    assert 10 <= order.count("busy/one") <= 11


async def test_who_was_busy_yesterday_is_not_last_today(store: Store) -> None:
    for number in range(1, 51):
        await store.jobs.submit(push("busy/one", number))
    await served(store, 50)
    for number in range(1, 11):
        await store.jobs.submit(push("new/one", number))
        await store.jobs.submit(push("busy/one", number + 100))

    assert 3 <= (await served(store, 8)).count("busy/one") <= 5


async def test_who_pushes_again_keeps_the_place_in_the_queue(store: Store) -> None:
    for number in range(1, 6):
        await store.jobs.submit(push("o/r", number))
    for again in range(5):
        await store.jobs.submit(push("o/r", 1, f"b{again}"))

    assert "b4" == (await claim(store)).task.head


async def test_many_parked_jobs_do_not_hold_up_what_is_due(store: Store, clock: HandClock) -> None:
    for number in range(1, 31):
        await store.jobs.submit(push("o/r", number))
        await store.jobs.park(await claim(store), "w", clock.now + timedelta(hours=1), "limit")
    await store.jobs.submit(push("o/r", 99))
    assert 99 == (await claim(store)).task.pull.number
    assert await store.jobs.claim("w", LEASE) is None

    clock.pass_by(3600)

    assert 1 == (await claim(store)).task.pull.number


async def test_no_more_run_than_all_processes_may(url: str, clock: HandClock) -> None:
    limits = ClaimLimits(total=2)
    async with (
        await connect(url, clock, limits=limits) as store,
        await connect(url, clock, limits=limits) as other,
    ):
        for number in range(1, 5):
            await store.jobs.submit(push("o/r", number))
        first = await claim(store)
        await claim(other)
        assert await store.jobs.claim("w", LEASE) is None

        await store.jobs.finish(first, "w", JobState.DONE)

        assert await other.jobs.claim("w", LEASE)
        assert await store.jobs.claim("w", LEASE) is None


async def test_an_installation_at_its_limit_leaves_the_workers_to_the_others(
    url: str, clock: HandClock
) -> None:
    async with await connect(url, clock, limits=ClaimLimits(installation=1)) as store:
        await store.jobs.submit(push("a/one", 1, installation=1))
        await store.jobs.submit(push("a/two", 1, installation=1))
        await store.jobs.submit(push("b/one", 1, installation=2))
        await store.jobs.submit(push("c/plain-token", 1))
        running = [(await claim(store)) for _ in range(3)]
        assert await store.jobs.claim("w", LEASE) is None
        assert ["a/one", "b/one", "c/plain-token"] == sorted(job.task.pull.repository for job in running)

        await store.jobs.finish(running[0], "w", JobState.DONE)

        assert "a/two" == (await claim(store)).task.pull.repository


@pytest.mark.parametrize("priority", [0, 10])
async def test_turns_of_one_priority_are_not_those_of_another(store: Store, priority: int) -> None:
    for number in range(1, 6):
        await store.jobs.submit(push("o/r", number), priority=10 - priority)
    await served(store, 5)
    await store.jobs.submit(push("o/r", 7), priority=priority)
    await store.jobs.submit(push("o/s", 8), priority=priority)

    assert ["o/r", "o/s"] == await served(store, 2)
