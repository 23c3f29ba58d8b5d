"""Old rows and rows beyond the size limits are deleted; unfinished ones are kept at any age."""

import random
from datetime import timedelta

import pytest

from bot.core.change import PullRef
from bot.core.jobs import Cause, Delivery, JobState, Task
from bot.core.llm.messages import Completion, Finish, Usage
from bot.core.records import ReviewRecord
from bot.core.review import Review
from bot.engine import RetentionLimits, Store
from bot.engine.records import retention as retention_module
from tests.engine.conftest import HandClock

DAY = 86_400.0
LEASE = timedelta(seconds=30)
PULL = PullRef(repository="o/r", number=1)


def keep_for(days: int, **sizes: int) -> RetentionLimits:
    age = timedelta(days=days)
    return RetentionLimits(deliveries=age, jobs=age, journal=age, reviews=age, **sizes)


FOR_A_WEEK = keep_for(7)
FOR_EVER = keep_for(10_000)


def noise(size: int) -> str:
    """That many characters, which compress to half their size."""
    return random.Random(size).randbytes(size // 2).hex()


def delivery(name: str, clock: HandClock, size: int = 10) -> Delivery:
    return Delivery(id=name, event="push", body=noise(size), received=clock.now)


def completion(text: str = "{}") -> Completion:
    return Completion(text=text, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")


async def a_day_of_work(store: Store, clock: HandClock, name: str) -> None:
    """One of each: a read delivery, an unread one, a done job, a waiting one, an answer, a review."""
    await store.inbox.receive(delivery(f"{name} read", clock))
    await store.inbox.mark_read([f"{name} read"])
    await store.inbox.receive(delivery(f"{name} unread", clock))
    for number, end in ((1, JobState.DONE), (2, JobState.FAILED)):
        pull = PullRef(repository=f"o/{name}", number=number)
        await store.jobs.submit(Task(pull=pull, cause=Cause.PUSHED, head=name))
        job = await store.jobs.claim("w", LEASE)
        assert job
        await store.jobs.finish(job, "w", end, "no" if end is JobState.FAILED else None)
    await store.jobs.submit(
        Task(pull=PullRef(repository=f"o/{name}", number=3), cause=Cause.PUSHED, head=name),
        due=clock.now + timedelta(days=1000),
    )
    await store.journal.put(name, completion(), PULL)
    record = ReviewRecord(
        pull=PULL, head=name, cause=Cause.PUSHED, review=Review(purpose="p", effort=1), created=clock.now
    )
    await store.records.save(record)
    await store.published.remember_remarks(PULL, [name])


async def test_what_is_older_than_it_is_kept_for_is_forgotten(store: Store, clock: HandClock) -> None:
    await a_day_of_work(store, clock, "old")
    clock.pass_by(8 * DAY)
    await a_day_of_work(store, clock, "new")

    forgotten = await store.retention.prune(FOR_A_WEEK)

    expected = {
        "deliveries": 1,
        "bodies": 1,
        "jobs": 2,
        "troubles": 1,
        "journal": 1,
        "reviews": 1,
        "remarks": 1,
    }
    assert expected == forgotten
    assert {"old unread", "new unread"} == {kept.id for kept in await store.inbox.unread(9)}
    assert frozenset({"new read"}) == await store.inbox.known(["old read", "new read"])
    jobs = {(job.task.pull.repository, job.state) for job in await store.jobs.list()}
    assert ("o/old", JobState.WAITING) in jobs
    assert ("o/old", JobState.DONE) not in jobs
    assert {("o/new", JobState.WAITING), ("o/new", JobState.DONE), ("o/new", JobState.FAILED)} <= jobs
    assert await store.journal.get("new")
    assert await store.journal.get("old") is None
    assert {"new"} == await store.published.remarked(PULL)
    assert {} == await store.retention.prune(FOR_A_WEEK)


async def test_the_oldest_go_when_all_together_are_too_large(store: Store, clock: HandClock) -> None:
    for number in range(10):
        await store.inbox.receive(delivery(f"d{number}", clock, 1000))
        await store.journal.put(f"j{number}", completion("x" * 1000), PULL)
        clock.pass_by(1)
    await store.inbox.mark_read([f"d{number}" for number in range(10)])
    clock.pass_by(2 * DAY)
    keep = keep_for(10_000, deliveries_size=1800, journal_size=5500)

    forgotten = await store.retention.prune(keep)

    assert {"deliveries": 7, "journal": 5} == forgotten
    assert {"bodies": 7} == await store.retention.prune(keep)
    kept = await store.inbox.known([f"d{number}" for number in range(10)])
    assert {"d7", "d8", "d9"} == kept
    assert await store.journal.get("j5")
    assert await store.journal.get("j4") is None


async def test_an_answer_that_a_waiting_review_may_need_is_kept_however_large(
    store: Store, clock: HandClock
) -> None:
    await store.journal.put("today", completion("x" * 10_000), PULL)
    await store.inbox.receive(delivery("unread", clock, 10_000))
    clock.pass_by(3600)
    keep = keep_for(10_000, deliveries_size=1, journal_size=1)

    assert {} == await store.retention.prune(keep)
    assert await store.journal.get("today")


async def test_many_are_forgotten_a_few_at_a_time(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_module, "BATCH", 7)
    for number in range(20):
        await store.journal.put(f"j{number}", completion(), PULL)
    await store.published.remember_remarks(PULL, map(str, range(20)))
    clock.pass_by(8 * DAY)

    assert {"journal": 20, "remarks": 20} == await store.retention.prune(FOR_A_WEEK)


async def test_nothing_is_forgotten_that_is_kept_for_ever(store: Store, clock: HandClock) -> None:
    await a_day_of_work(store, clock, "old")
    clock.pass_by(400 * DAY)

    assert {} == await store.retention.prune(FOR_EVER)
