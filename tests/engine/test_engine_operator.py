"""What the operator does to jobs: sees what went wrong, lets them start anew, cancels them."""

from datetime import timedelta

from bot.core.jobs import State
from bot.engine import Store
from tests.engine.conftest import HandClock
from tests.engine.test_engine_jobs import LEASE, OTHER, claimed, command, push, state_of, submitted


async def test_what_went_wrong_is_kept_in_order(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    await store.jobs.retry(await claimed(store), "w1", clock.now, "connection reset")
    clock.pass_by(1)
    await store.jobs.park(await claimed(store), "w1", clock.now, "rate limit\0")
    last = await claimed(store)
    await store.jobs.finish(last, "w1", State.FAILED, "the model was away")

    mishaps = await store.jobs.mishaps(last.id)

    assert ["connection reset", "rate limit\N{REPLACEMENT CHARACTER}", "the model was away"] == [
        mishap.text for mishap in mishaps
    ]
    assert [1, 2, 2] == [mishap.attempt for mishap in mishaps]
    assert [] == await store.jobs.mishaps(99)


async def test_a_worker_that_lost_its_job_leaves_no_trace_on_it(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    stale = await claimed(store)
    clock.pass_by(31)
    mine = await claimed(store, "w2")
    await store.jobs.finish(stale, "w1", State.FAILED, "too late")
    await store.jobs.retry(stale, "w1", clock.now, "too late")

    assert [] == await store.jobs.mishaps(mine.id)


async def test_a_failed_job_starts_anew_when_it_is_told_to(store: Store, clock: HandClock) -> None:
    job = await submitted(store, push("a1"))
    await store.jobs.finish(await claimed(store), "w1", State.FAILED, "the model was away")
    clock.pass_by(60)

    again = await store.jobs.revive(job.id)

    assert again
    assert (State.WAITING, 0, None, clock.now) == (again.state, again.attempt, again.error, again.due)
    assert job.id == (await claimed(store)).id
    assert await store.jobs.revive(job.id) is None  # it runs
    assert await store.jobs.revive(99) is None


async def test_a_failed_job_does_not_come_back_beside_a_newer_head(store: Store) -> None:
    old = await submitted(store, push("a1"))
    await store.jobs.finish(await claimed(store), "w1", State.FAILED, "no")
    await submitted(store, push("b2"))

    assert await store.jobs.revive(old.id) is None
    assert State.FAILED is await state_of(store, old)


async def test_a_cancelled_job_is_claimed_once_more_to_be_told(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    job = await claimed(store)
    await store.jobs.park(job, "w1", clock.now + timedelta(hours=1), "rate limit")

    assert await store.jobs.cancel(job.id, "not wanted")

    told = await claimed(store)
    assert (job.id, State.CANCELLED, "not wanted") == (told.id, told.ending, told.error)
    assert await store.jobs.finish(told, "w1", State.CANCELLED, "not wanted")
    assert await store.jobs.cancel(job.id, "again") is None


async def test_a_running_job_learns_that_it_is_cancelled(store: Store) -> None:
    await submitted(store, push("a1"))
    job = await claimed(store)
    assert await store.jobs.cancelling(job) is None

    await store.jobs.cancel(job.id, "not wanted")

    assert "not wanted" == await store.jobs.cancelling(job)
    assert await store.jobs.extend(job, "w1", LEASE)


async def test_an_end_that_could_not_be_told_waits_to_be_told(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    due = clock.now + timedelta(seconds=60)
    assert await store.jobs.owe(await claimed(store), "w1", due, State.FAILED, "the model was away")
    assert await store.jobs.claim("w1", LEASE) is None

    clock.pass_by(60)

    owed = await claimed(store)
    assert (State.FAILED, "the model was away") == (owed.ending, owed.error)
    await store.jobs.finish(owed, "w1", State.FAILED)
    told = await store.jobs.get(owed.id)
    assert told
    assert (State.FAILED, "the model was away") == (told.state, told.error)


async def test_a_job_that_starts_anew_owes_nothing(store: Store) -> None:
    job = await submitted(store, push("a1"))
    await store.jobs.cancel(job.id, "not wanted")
    await store.jobs.finish(await claimed(store), "w1", State.CANCELLED, "not wanted")

    assert await store.jobs.revive(job.id)
    assert (await claimed(store)).ending is None


async def test_whether_a_task_has_a_job(store: Store) -> None:
    known = command(OTHER)
    await submitted(store, known)

    assert await store.jobs.knows(known)
    assert not await store.jobs.knows(command(OTHER))
