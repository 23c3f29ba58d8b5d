"""The life cycle of jobs: submitted, claimed, finished, with failures."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from bot.core.change import PullRef
from bot.core.jobs import IN_QUEUE, RECONSIDERED, Cause, Job, JobState, Task
from bot.engine import Store, connect
from tests.engine.conftest import HandClock

LEASE = timedelta(seconds=30)
PULL = PullRef(repository="octo/spoon", number=7, installation=5)
OTHER = PullRef(repository="octo/fork", number=1)
_comments = count(1)


def push(head: str, pull: PullRef = PULL, cause: Cause = Cause.PUSHED) -> Task:
    return Task(pull=pull, cause=cause, head=head, actor="ann")


def command(pull: PullRef = PULL) -> Task:
    return Task(pull=pull, cause=Cause.COMMAND, comment=next(_comments), command="/review", actor="ben")


async def submitted(store: Store, task: Task) -> Job:
    job = await store.jobs.submit(task)
    assert job is not None
    return job


async def claimed(store: Store, worker: str = "w1") -> Job:
    job = await store.jobs.claim(worker, LEASE)
    assert job is not None
    return job


async def state_of(store: Store, job: Job) -> JobState:
    known = await store.jobs.get(job.id)
    assert known is not None
    return known.state


async def test_a_submitted_job_is_claimed_with_everything_it_was_given(
    store: Store, clock: HandClock
) -> None:
    job = await store.jobs.submit(push("a1"), delivery="d-1", priority=3)

    mine = await claimed(store)

    assert job is not None
    assert mine == job.model_copy(update={"state": JobState.RUNNING, "attempt": 1, "holder": "w1"})
    assert (mine.task, mine.delivery, mine.priority, mine.created) == (push("a1"), "d-1", 3, clock.now)


async def test_one_head_is_one_job_whatever_named_it(store: Store) -> None:
    await submitted(store, push("a1", cause=Cause.OPENED))

    assert await store.jobs.submit(push("a1", cause=Cause.REOPENED)) is None


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELLED])
async def test_a_job_that_came_to_nothing_may_be_submitted_again(
    store: Store, clock: HandClock, end: JobState
) -> None:
    first = await submitted(store, push("a1"))
    await store.jobs.finish(await claimed(store), "w1", end, "the model was away")
    clock.pass_by(60)

    again = await store.jobs.submit(push("a1"), delivery="d-2")

    assert again is not None
    assert (again.id, again.state, again.attempt) == (first.id, JobState.WAITING, 0)
    assert (again.error, again.delivery, again.created) == (None, "d-2", clock.now)


async def test_a_finished_head_is_not_reviewed_again(store: Store) -> None:
    await submitted(store, push("a1"))
    await store.jobs.finish(await claimed(store), "w1", JobState.DONE)

    assert await store.jobs.submit(push("a1")) is None
    assert await store.jobs.claim("w1", LEASE) is None


async def test_a_newer_push_supersedes_the_one_that_waits(store: Store) -> None:
    old = await submitted(store, push("a1"))

    new = await submitted(store, push("b2"))

    assert await state_of(store, old) is JobState.SUPERSEDED
    assert (await claimed(store)).id == new.id
    assert await store.jobs.claim("w1", LEASE) is None


async def test_a_newer_push_supersedes_one_that_is_parked(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    old = await claimed(store)
    await store.jobs.park(old, "w1", clock.now + timedelta(hours=1), "rate limit")

    await submitted(store, push("b2"))

    assert await state_of(store, old) is JobState.SUPERSEDED


async def test_a_push_leaves_other_pull_requests_alone(store: Store) -> None:
    old = await submitted(store, push("a1"))

    await submitted(store, push("b2", OTHER))

    assert await state_of(store, old) is JobState.WAITING


async def test_a_head_that_was_pushed_back_to_is_reviewed(store: Store) -> None:
    await store.jobs.submit(push("a1"), delivery="d-1")
    await store.jobs.submit(push("b2"), delivery="d-2")

    back = await store.jobs.submit(push("a1"), delivery="d-3")

    assert back is not None
    assert (await claimed(store)).task.head == "a1"


async def test_a_head_that_was_pushed_back_to_after_another_was_reviewed_is_reviewed_again(
    store: Store, clock: HandClock
) -> None:
    for head in ("a1", "b2"):
        await store.jobs.submit(push(head), delivery=f"to {head}")
        await store.jobs.finish(await claimed(store), "w1", JobState.DONE)
        clock.pass_by(60)

    assert await store.jobs.submit(push("a1"), delivery="to a1") is None
    assert await store.jobs.submit(push("b2"), delivery="again") is None
    assert await store.jobs.submit(push("a1"), delivery="back to a1") is not None


async def test_a_superseded_delivery_that_is_read_once_more_changes_nothing(store: Store) -> None:
    await store.jobs.submit(push("a1"), delivery="d-1")
    await store.jobs.submit(push("b2"), delivery="d-2")

    assert await store.jobs.submit(push("a1"), delivery="d-1") is None
    assert (await claimed(store)).task.head == "b2"


async def test_a_push_and_a_command_do_not_supersede_each_other(store: Store) -> None:
    """A command may turn out to be forbidden, so it must neither replace a push nor be superseded by it."""
    first = await submitted(store, push("a1"))
    asked = await submitted(store, command())
    await submitted(store, push("b2"))

    assert await state_of(store, asked) is JobState.WAITING
    assert await state_of(store, first) is JobState.SUPERSEDED


async def test_every_command_is_a_job_of_its_own(store: Store) -> None:
    first, second = command(), command()

    await submitted(store, first)
    await submitted(store, second)

    assert await store.jobs.submit(first) is None
    assert (await store.jobs.counts())[JobState.WAITING] == 2


async def test_one_lane_runs_one_job_at_a_time(store: Store) -> None:
    await submitted(store, push("a1"))
    running = await claimed(store)
    await submitted(store, push("b2"))
    await submitted(store, push("c3", OTHER))

    assert (await claimed(store, "w2")).task.pull == OTHER
    assert await store.jobs.claim("w2", LEASE) is None

    await store.jobs.finish(running, "w1", JobState.SUPERSEDED)
    assert (await claimed(store, "w2")).task.head == "b2"


async def test_priority_goes_first_then_age(store: Store) -> None:
    pulls = [PullRef(repository="o/r", number=number) for number in range(1, 4)]
    await store.jobs.submit(push("x", pulls[0]))
    await store.jobs.submit(push("x", pulls[1]))
    await store.jobs.submit(command(pulls[2]), priority=10)

    order = [(await claimed(store)).task.pull.number for _ in pulls]

    assert [3, 1, 2] == order


async def test_a_job_is_not_claimed_before_it_is_due(store: Store, clock: HandClock) -> None:
    await store.jobs.submit(push("a1"), due=clock.now + timedelta(seconds=10))
    assert await store.jobs.claim("w1", LEASE) is None

    clock.pass_by(10)

    assert (await claimed(store)).task.head == "a1"


async def test_a_worker_that_died_gives_its_job_to_another(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    dead = await claimed(store, "dead")
    clock.pass_by(29)
    assert await store.jobs.claim("w2", LEASE) is None

    clock.pass_by(2)

    heir = await claimed(store, "w2")
    assert (heir.id, heir.attempt) == (dead.id, 2)


async def test_the_jobs_of_a_process_that_is_gone_are_free_at_once(store: Store) -> None:
    await submitted(store, push("a1"))
    await claimed(store, "gone")
    await submitted(store, push("a1", OTHER))
    await claimed(store, "alive")

    assert await store.jobs.free(lambda holder: holder == "gone") == 1

    again = await claimed(store, "heir")
    assert (again.task.pull, again.attempt) == (PULL, 2)
    assert await store.jobs.claim("heir", LEASE) is None


async def test_an_extended_lease_keeps_the_job(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    mine = await claimed(store)
    for _ in range(5):
        clock.pass_by(20)
        assert await store.jobs.extend(mine, "w1", LEASE)

    assert await store.jobs.claim("w2", LEASE) is None


async def test_a_worker_that_slept_through_its_lease_finds_every_door_shut(
    store: Store, clock: HandClock
) -> None:
    """Also when the same worker holds the job now, in another slot."""
    await submitted(store, push("a1"))
    stale = await claimed(store)
    clock.pass_by(31)
    await claimed(store)

    assert not await store.jobs.extend(stale, "w1", LEASE)
    assert not await store.jobs.finish(stale, "w1", JobState.DONE)
    assert not await store.jobs.retry(stale, "w1", clock.now, "late")
    assert not await store.jobs.park(stale, "w1", clock.now, "late")
    assert await state_of(store, stale) is JobState.RUNNING


async def test_nobody_finishes_the_job_of_another(store: Store) -> None:
    await submitted(store, push("a1"))
    mine = await claimed(store, "w1")

    assert not await store.jobs.finish(mine, "w2", JobState.DONE)
    assert await store.jobs.finish(mine, "w1", JobState.DONE)
    assert not await store.jobs.finish(mine, "w1", JobState.FAILED)


async def test_a_job_ends_only_in_a_state_that_is_an_end(store: Store) -> None:
    await submitted(store, push("a1"))

    with pytest.raises(ValueError, match="waiting"):
        await store.jobs.finish(await claimed(store), "w1", JobState.WAITING)


async def test_a_retry_counts_as_an_attempt_and_a_park_does_not(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    later = clock.now + timedelta(seconds=5)
    assert await store.jobs.park(await claimed(store), "w1", later, "limit resets at 12:00:05")
    clock.pass_by(5)
    second = await claimed(store)
    assert await store.jobs.retry(second, "w1", clock.now, "connection reset")

    third = await claimed(store)

    assert (second.attempt, second.error) == (1, "limit resets at 12:00:05")
    assert (third.attempt, third.error) == (2, "connection reset")


SINGLE = [Cause.CLOSED, Cause.LABELED, Cause.CHECKED]


@pytest.mark.parametrize("cause", SINGLE)
async def test_what_may_ask_for_nothing_and_a_push_do_not_supersede_each_other(
    store: Store, cause: Cause
) -> None:
    first = await submitted(store, push("a1"))
    other = await submitted(store, push("a1", cause=cause))
    assert await state_of(store, first) is JobState.WAITING

    await submitted(store, push("b2"))

    assert await state_of(store, first) is JobState.SUPERSEDED
    assert await state_of(store, other) is JobState.WAITING


@pytest.mark.parametrize("cause", SINGLE)
async def test_checks_may_end_and_labels_be_set_again_at_the_same_head(store: Store, cause: Cause) -> None:
    await store.jobs.submit(push("a1", cause=cause), delivery="d-1")
    await store.jobs.finish(await claimed(store), "w1", JobState.DONE)

    assert await store.jobs.submit(push("a1", cause=cause), delivery="d-1") is None
    assert await store.jobs.submit(push("a1", cause=cause), delivery="d-2")


async def test_a_draft_that_is_made_ready_while_it_is_looked_at_is_looked_at_again(store: Store) -> None:
    await submitted(store, push("a1", cause=Cause.OPENED))
    running = await claimed(store)

    await submitted(store, push("a1", cause=Cause.READY))

    assert await store.jobs.newer(running)


async def test_a_running_job_learns_that_a_newer_head_waits(store: Store) -> None:
    await submitted(store, push("a1"))
    running = await claimed(store)
    assert not await store.jobs.newer(running)

    await submitted(store, command())
    assert not await store.jobs.newer(running)

    await submitted(store, push("b2"))
    assert await store.jobs.newer(running)


async def test_a_command_is_never_stopped_for_a_push(store: Store) -> None:
    await submitted(store, command())
    running = await claimed(store)
    await submitted(store, push("b2"))

    assert not await store.jobs.newer(running)
    assert await store.jobs.retry(running, "w1", running.due, "connection reset")


async def test_a_job_that_would_wait_again_beside_a_newer_one_is_superseded(
    store: Store, clock: HandClock
) -> None:
    await submitted(store, push("a1"))
    old = await claimed(store)
    await submitted(store, push("b2"))

    assert not await store.jobs.retry(old, "w1", clock.now, "connection reset")
    assert await state_of(store, old) is JobState.SUPERSEDED


async def test_a_dead_workers_job_gives_way_to_a_newer_push(store: Store, clock: HandClock) -> None:
    await submitted(store, push("a1"))
    old = await claimed(store, "dead")
    await submitted(store, push("b2"))
    clock.pass_by(31)

    assert (await claimed(store)).task.head == "b2"
    assert await state_of(store, old) is JobState.SUPERSEDED


async def test_a_waiting_worker_wakes_when_something_is_submitted(store: Store) -> None:
    """Without a wakeup this would wait an hour, beyond the test's time limit."""
    await store.jobs.wait(0)
    waits = asyncio.create_task(store.jobs.wait(3600))
    await asyncio.sleep(0)

    await submitted(store, push("a1"))

    await waits


async def test_no_worker_sleeps_while_there_is_work(store: Store) -> None:
    """Ten pull requests arrive at once; every waiting worker claims one, without polling."""
    begun: list[int] = []

    async def work(name: str) -> None:
        while not (job := await store.jobs.claim(name, LEASE)):
            await store.jobs.wait(3600)
        begun.append(job.task.pull.number)

    workers = [asyncio.create_task(work(f"w{number}")) for number in range(10)]
    await asyncio.sleep(0.05)
    for number in range(1, 11):
        await submitted(store, push("x", PullRef(repository="o/r", number=number)))
    await asyncio.gather(*workers)

    assert sorted(begun) == list(range(1, 11))


async def test_a_finished_job_wakes_who_waits_for_its_lane(store: Store) -> None:
    await submitted(store, push("a1"))
    running = await claimed(store)
    await submitted(store, push("b2"))
    await store.jobs.wait(0)
    waits = asyncio.create_task(store.jobs.wait(3600))
    await asyncio.sleep(0)

    await store.jobs.finish(running, "w1", JobState.DONE)
    await waits

    assert (await claimed(store)).task.head == "b2"


async def test_jobs_are_listed_counted_and_found(store: Store) -> None:
    first = await submitted(store, push("a1"))
    second = await submitted(store, push("b2", OTHER))
    await store.jobs.finish(await claimed(store), "w1", JobState.DONE)

    assert [job.id for job in await store.jobs.list()] == [second.id, first.id]
    assert [job.id for job in await store.jobs.list(JobState.DONE)] == [first.id]
    assert len(await store.jobs.list(limit=1)) == 1
    assert await store.jobs.counts() == dict.fromkeys(JobState, 0) | {JobState.DONE: 1, JobState.WAITING: 1}
    assert await store.jobs.get(second.id) == second
    assert await store.jobs.get(999) is None


async def test_two_processes_share_the_jobs_and_never_one_of_them(
    store: Store, url: str, clock: HandClock
) -> None:
    """Two stores on one file simulate two processes: they share only the file."""
    for number in range(1, 31):
        await submitted(store, push("x", PullRef(repository="o/r", number=number)))
    async with await connect(url, clock) as other:
        claims = [part.jobs.claim(f"w{turn}", LEASE) for turn in range(20) for part in (store, other)]
        found = [job.id for job in await asyncio.gather(*claims) if job]

    assert len(found) == 30
    assert len(set(found)) == 30


async def test_that_the_closing_waits_in_the_lane_is_told_to_the_job_that_runs(store: Store) -> None:
    await submitted(store, push("a1"))
    job = await claimed(store)
    await submitted(store, push("a1", OTHER, Cause.CLOSED))
    assert not await store.jobs.closing(job)
    closing = await submitted(store, push("a1", cause=Cause.CLOSED))
    assert await store.jobs.closing(job)
    await store.jobs.finish(job, "w1", JobState.DONE)
    assert (await claimed(store)).task.pull == OTHER
    assert (await claimed(store)).id == closing.id
    assert not await store.jobs.closing(job)


async def test_whether_a_review_of_a_pull_request_waits(store: Store) -> None:
    await submitted(store, command())
    await submitted(store, push("a1", cause=Cause.LABELED))
    assert not await store.jobs.reviewing(PULL)
    await submitted(store, push("a1"))
    assert await store.jobs.reviewing(PULL)
    assert not await store.jobs.reviewing(OTHER)


async def test_a_check_that_is_wanted_again_and_again_is_one_job_at_a_time(store: Store) -> None:
    task = Task(pull=PULL, cause=Cause.RERUN, head="a1", suite=5)
    await submitted(store, task)
    assert await store.jobs.submit(task, delivery="d-2") is None
    job = await claimed(store)
    await store.jobs.finish(job, "w1", JobState.DONE)

    assert await store.jobs.submit(task, delivery="d-3")


async def test_what_is_not_the_review_of_a_head_waits_beside_a_push(store: Store) -> None:
    others = (*RECONSIDERED, *IN_QUEUE, Cause.RERUN)
    tasks = [Task(pull=PULL, cause=cause, head="a1") for cause in others]
    jobs = [await submitted(store, task) for task in tasks]
    await submitted(store, push("b2"))

    assert [await state_of(store, job) for job in jobs] == [JobState.WAITING] * len(jobs)
