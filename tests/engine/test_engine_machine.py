"""Jobs against a model: whatever is done in whatever order, the table agrees with a few lists."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from bot.core.change import PullRef
from bot.core.jobs import Cause, Job, State, Task
from bot.engine import Store, connect
from tests.engine.conftest import HandClock

LEASE = timedelta(seconds=30)
MEMORY = Path("/dev/shm")  # the rules are what is tested here, not the disk
QUEUED = (State.WAITING, State.PARKED)
AGAIN = (State.FAILED, State.CANCELLED)

tasks = st.builds(
    Task,
    pull=st.builds(PullRef, repository=st.just("o/r"), number=st.integers(1, 2)),
    cause=st.just(Cause.PUSHED),
    head=st.sampled_from(["a", "b", "c"]),
) | st.builds(
    Task,
    pull=st.builds(PullRef, repository=st.just("o/r"), number=st.just(1)),
    cause=st.just(Cause.COMMAND),
    comment=st.integers(1, 2),
)
workers = st.sampled_from(["w1", "w1", "w2"])
moments = st.sampled_from([0, 1, 30, 31])  # about the length of a lease
soon = st.sampled_from([0, 0, 0, 1])


@dataclass
class Known:
    """A job as the model has it."""

    id: int
    task: Task
    delivery: str
    state: State
    priority: int
    due: datetime
    attempt: int = 0
    holder: str | None = None
    lease: datetime | None = None
    ended: datetime | None = None

    @property
    def is_push(self) -> bool:
        return self.task.cause is not Cause.COMMAND


class Model:
    """The rules of jobs in plain Python."""

    def __init__(self) -> None:
        self.jobs: dict[str, Known] = {}

    def lane(self, task: Task) -> list[Known]:
        return [job for job in self.jobs.values() if job.task.lane == task.lane]

    def submit(self, task: Task, delivery: str, priority: int, due: datetime) -> int | None:
        old = self.jobs.get(task.key)
        if old and not self.may_run_again(old, delivery):
            return None
        number = old.id if old else len(self.jobs) + 1
        new = self.jobs[task.key] = Known(number, task, delivery, State.WAITING, priority, due)
        if new.is_push:
            for job in self.lane(task):
                if job is not new and job.is_push and job.state in QUEUED:
                    job.state = State.SUPERSEDED
        return number

    def may_run_again(self, old: Known, delivery: str) -> bool:
        if old.state in AGAIN or old.delivery == delivery:
            return old.state in AGAIN
        return old.state is State.SUPERSEDED or (old.state is State.DONE and self.moved_on(old))

    def moved_on(self, old: Known) -> bool:
        others = [job for job in self.lane(old.task) if job.is_push and job.state is State.DONE]
        return old.is_push and any(job.ended and old.ended and job.ended > old.ended for job in others)

    def outdated(self, job: Known) -> bool:
        others = (other for other in self.lane(job.task) if other is not job)
        return job.is_push and any(other.is_push and other.state in QUEUED for other in others)

    def claim(self, worker: str, now: datetime) -> Known | None:
        for job in sorted(self.jobs.values(), key=lambda job: job.id):
            if job.state is State.RUNNING and job.lease is not None and job.lease < now:
                self.put_back(job, State.WAITING)
        busy = {job.task.lane for job in self.jobs.values() if job.state is State.RUNNING}
        ready = [
            job
            for job in self.jobs.values()
            if job.state in QUEUED and job.due <= now and job.task.lane not in busy
        ]
        if not ready:
            return None
        job = min(ready, key=lambda job: (-job.priority, job.due, job.id))
        job.state, job.holder, job.lease = State.RUNNING, worker, now + LEASE
        job.attempt += 1
        return job

    def own(self, claim: Job, worker: str) -> Known | None:
        job = self.jobs[claim.task.key]
        is_own = (job.state, job.holder, job.attempt) == (State.RUNNING, worker, claim.attempt)
        return job if is_own else None

    def put_back(self, job: Known, state: State) -> bool:
        outdated = self.outdated(job)
        job.state = State.SUPERSEDED if outdated else state
        job.holder = job.lease = None
        return not outdated


class JobsMachine(RuleBasedStateMachine):
    claims: Bundle[tuple[Job, str]] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.clock = HandClock()
        self.runner = asyncio.Runner()
        self.directory = Path(tempfile.mkdtemp(prefix="jobs-", dir=MEMORY if MEMORY.is_dir() else None))
        self.store: Store

    @initialize()
    def open(self) -> None:
        url = f"sqlite:///{self.directory / 'bot.db'}"
        self.store = self.runner.run(connect(url, self.clock))

    def teardown(self) -> None:
        self.runner.run(self.store.close())
        self.runner.close()
        shutil.rmtree(self.directory)

    @rule(task=tasks, delivery=st.sampled_from(["d1", "d2"]), priority=st.integers(0, 1), wait=soon)
    def submit(self, task: Task, delivery: str, priority: int, wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        expected = self.model.submit(task, delivery, priority, due)

        job = self.runner.run(self.store.jobs.submit(task, delivery=delivery, priority=priority, due=due))

        assert (job.id if job else None) == expected

    @rule(target=claims, worker=workers)
    def claim(self, worker: str) -> tuple[Job, str] | MultipleResults[tuple[Job, str]]:
        expected = self.model.claim(worker, self.clock.now)

        job = self.runner.run(self.store.jobs.claim(worker, LEASE))

        assert (job and (job.id, job.attempt)) == (expected and (expected.id, expected.attempt))
        return (job, worker) if job else multiple()

    @rule(seconds=moments)
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_by(seconds)

    @rule(claim=claims)
    def extend(self, claim: tuple[Job, str]) -> None:
        own = self.model.own(*claim)
        if own:
            own.lease = self.clock.now + LEASE

        assert self.runner.run(self.store.jobs.extend(*claim, LEASE)) is bool(own)

    @rule(
        claim=consumes(claims),
        state=st.sampled_from([State.DONE, State.FAILED, State.SUPERSEDED, State.CANCELLED]),
    )
    def finish(self, claim: tuple[Job, str], state: State) -> None:
        own = self.model.own(*claim)
        if own:
            own.state, own.holder, own.lease, own.ended = state, None, None, self.clock.now

        assert self.runner.run(self.store.jobs.finish(*claim, state)) is bool(own)

    @rule(claim=claims, wait=moments)
    def retry(self, claim: tuple[Job, str], wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        expected = self.expect_back(claim, State.WAITING, due)

        assert self.runner.run(self.store.jobs.retry(*claim, due, "again")) is expected

    @rule(claim=claims, wait=moments)
    def park(self, claim: tuple[Job, str], wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        own = self.model.own(*claim)
        expected = self.expect_back(claim, State.PARKED, due)
        if own and expected:
            own.attempt -= 1

        assert self.runner.run(self.store.jobs.park(*claim, due, "limit")) is expected

    @rule(claim=claims)
    def newer(self, claim: tuple[Job, str]) -> None:
        expected = self.model.outdated(self.model.jobs[claim[0].task.key])

        assert self.runner.run(self.store.jobs.newer(claim[0])) is expected

    def expect_back(self, claim: tuple[Job, str], state: State, due: datetime) -> bool:
        own = self.model.own(*claim)
        if own is None:
            return False
        waits = self.model.put_back(own, state)
        own.due = due if waits else own.due
        return waits

    @invariant()
    def the_table_is_as_the_model_says_and_no_lane_runs_two(self) -> None:
        rows = self.runner.run(self.store.jobs.list())
        assert {job.id: (job.state, job.attempt, job.due) for job in rows} == {
            job.id: (job.state, job.attempt, job.due) for job in self.model.jobs.values()
        }
        running = [job.task.lane for job in rows if job.state is State.RUNNING]
        assert len(running) == len(set(running))


JobsMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
test_jobs_agree_with_a_model_of_them = JobsMachine.TestCase
