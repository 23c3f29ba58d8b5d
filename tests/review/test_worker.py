"""A worker on a real queue: a rejection by the database for one job stops no other and no worker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.errors import BotError, DatabaseError, Retry
from bot.core.jobs import Cause, Job, JobState, Task
from bot.core.llm.messages import Usage
from bot.engine import Store, connect
from bot.review.jobs.decide import INTERNAL
from bot.review.jobs.outcomes import JobOutcomes
from bot.review.jobs.worker import Worker

REFUSAL = DatabaseError("database bot rejects it: UndefinedTable: relation does not exist")


class Telling:
    """Records the notices of ended jobs."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def end(self, _job: Job, state: JobState, reason: str, *, again: bool = False) -> None:
        del again
        self.told.append(f"{state}: {reason}")


class Meter:
    def job(self, state: JobState) -> None: ...

    def review(self, seconds: float) -> None: ...

    def tokens(self, model: str, usage: Usage) -> None: ...

    def reused(self, model: str) -> None: ...

    def failure(self, model: str, kind: str) -> None: ...


class FakeRunner:
    """Ends with the given result, once `go_on` is set."""

    def __init__(self, error: BotError | None = None) -> None:
        self.error = error
        self.runs = 0
        self.go_on = asyncio.Event()

    async def run(self, _job: Job, *, patient: bool) -> JobState:
        del patient
        self.runs += 1
        await self.go_on.wait()
        if self.error:
            raise self.error
        return JobState.DONE


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


async def ended(store: Store, runner: FakeRunner, notices: Telling) -> Job:
    """Works on one job until it has ended, up to the test's time limit."""
    submitted = await store.jobs.submit(
        Task(pull=PullRef(repository="o/r", number=1), cause=Cause.PUSHED, head="a1")
    )
    assert submitted
    anything: Any = notices
    outcomes = JobOutcomes(store.jobs, anything, Meter(), name="w", attempts=5)
    fake: Any = runner
    working = asyncio.create_task(Worker(store.jobs, fake, outcomes, name="w", slots=1).run())
    try:
        while True:
            assert not working.done()
            job = await store.jobs.get(submitted.id)
            assert job
            if job.state in (JobState.DONE, JobState.FAILED):
                return job
            await asyncio.sleep(0.01)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_a_review_that_the_database_refuses_is_given_up_at_once_and_told(store: Store) -> None:
    runner, notices = FakeRunner(REFUSAL), Telling()
    runner.go_on.set()

    job = await ended(store, runner, notices)

    assert (JobState.FAILED, 1) == (job.state, runner.runs)
    assert [f"failed: {INTERNAL}"] == notices.told


@pytest.mark.parametrize("error", [REFUSAL, Retry("away"), LookupError("a bug")])
async def test_a_lease_that_cannot_be_extended_ends_neither_the_job_nor_the_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    runner = FakeRunner()
    sleep = asyncio.sleep

    async def refusing(*_: object) -> bool:
        runner.go_on.set()
        raise error

    async def at_once(_: float) -> None:
        await sleep(0.01)

    monkeypatch.setattr(store.jobs, "extend", refusing)
    monkeypatch.setattr(asyncio, "sleep", at_once)

    assert JobState.DONE == (await ended(store, runner, Telling())).state


async def test_a_job_that_a_claim_finds_after_the_stop_is_handed_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on, claim = asyncio.Event(), asyncio.Event(), store.jobs.claim_some

    async def slowly(*arguments: Any) -> Sequence[Job]:
        asked.set()
        await go_on.wait()
        return await claim(*arguments)

    monkeypatch.setattr(store.jobs, "claim_some", slowly)
    submitted = await store.jobs.submit(
        Task(pull=PullRef(repository="o/r", number=1), cause=Cause.PUSHED, head="a1")
    )
    runner, anything = FakeRunner(), Telling()
    notices: Any = anything
    fake: Any = runner
    outcomes = JobOutcomes(store.jobs, notices, Meter(), name="w", attempts=5)
    worker = Worker(store.jobs, fake, outcomes, name="w", slots=1)
    working = asyncio.create_task(worker.run())
    await asked.wait()
    stopping = asyncio.create_task(worker.stop(60))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    await working

    assert submitted
    job = await store.jobs.get(submitted.id)
    assert job
    assert (0, JobState.PARKED) == (runner.runs, job.state)
    assert await claim("another", timedelta(seconds=60), 1)
