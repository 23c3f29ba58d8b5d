"""The operator's actions on jobs: listing errors, restarting, cancelling."""

from datetime import timedelta

from bot.core.jobs import JobState
from bot.engine import Store
from tests.engine.conftest import HandClock
from tests.engine.test_engine_jobs import LEASE, OTHER, claimed, command, push, state_of, submitted


async def test_what_went_wrong_is_kept_in_order(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    await store.jobs.retry(await claimed(store), "w1", clock.now, "connection reset")
    clock.pass_by(1)
    await store.jobs.park(await claimed(store), "w1", clock.now, "rate limit\0")
    last = await claimed(store)
    await store.jobs.finish(last, "w1", JobState.FAILED, "the model was away")

    job_errors = await store.jobs.job_errors(last.id)

    assert ["connection reset", "rate limit\N{REPLACEMENT CHARACTER}", "the model was away"] == [
        job_error.text for job_error in job_errors
    ]
    assert [1, 2, 2] == [job_error.attempt for job_error in job_errors]
    assert [] == await store.jobs.job_errors(99)


async def test_a_worker_that_lost_its_job_leaves_no_trace_on_it(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    stale = await claimed(store)
    clock.pass_by(31)
    mine = await claimed(store, "w2")
    await store.jobs.finish(stale, "w1", JobState.FAILED, "too late")
    await store.jobs.retry(stale, "w1", clock.now, "too late")

    assert [] == await store.jobs.job_errors(mine.id)


async def test_a_failed_job_starts_anew_when_it_is_told_to(store: Store, clock: HandClock) -> None:
    job = await submitted(store, push("a1"))
    await store.jobs.finish(await claimed(store), "w1", JobState.FAILED, "the model was away")
    clock.pass_by(60)

    again = await store.jobs.revive(job.id)

    assert again
    assert (JobState.WAITING, 0, None, clock.now) == (again.state, again.attempt, again.error, again.due)
    assert job.id == (await claimed(store)).id
    assert await store.jobs.revive(job.id) is None  # it runs
    assert await store.jobs.revive(99) is None


async def test_a_failed_job_does_not_come_back_beside_a_newer_head(store: Store) -> None:
    old = await submitted(store, push("a1"))
    await store.jobs.finish(await claimed(store), "w1", JobState.FAILED, "no")
    await submitted(store, push("b2"))

    assert await store.jobs.revive(old.id) is None
    assert JobState.FAILED is await state_of(store, old)


async def test_a_cancelled_job_is_claimed_once_more_to_be_told(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    job = await claimed(store)
    await store.jobs.park(job, "w1", clock.now + timedelta(hours=1), "rate limit")

    assert await store.jobs.cancel(job.id, "not wanted")

    told = await claimed(store)
    assert (job.id, JobState.CANCELLED, "not wanted") == (told.id, told.ending, told.error)
    assert await store.jobs.finish(told, "w1", JobState.CANCELLED, "not wanted")
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
    assert await store.jobs.defer_notice(
        await claimed(store), "w1", due, JobState.FAILED, "the model was away"
    )
    assert await store.jobs.claim("w1", LEASE) is None

    clock.pass_by(60)

    owed = await claimed(store)
    assert (JobState.FAILED, "the model was away") == (owed.ending, owed.error)
    await store.jobs.finish(owed, "w1", JobState.FAILED)
    told = await store.jobs.get(owed.id)
    assert told
    assert (JobState.FAILED, "the model was away") == (told.state, told.error)


async def test_a_job_that_starts_anew_owes_nothing(store: Store) -> None:
    job = await submitted(store, push("a1"))
    await store.jobs.cancel(job.id, "not wanted")
    await store.jobs.finish(await claimed(store), "w1", JobState.CANCELLED, "not wanted")

    assert await store.jobs.revive(job.id)
    assert (await claimed(store)).ending is None


async def test_whether_a_task_has_a_job(store: Store) -> None:
    known = command(OTHER)
    await submitted(store, known)

    assert await store.jobs.knows(known)
    assert not await store.jobs.knows(command(OTHER))
