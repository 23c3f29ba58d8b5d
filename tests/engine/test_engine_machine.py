"""Jobs against a model: after any sequence of operations the table agrees with a few lists."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
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
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.change import PullRef
from bot.core.jobs import Cause, Job, JobState, Task
from bot.engine import ClaimLimits, Store, connect
from bot.engine.db.group_commit import Work, _WriterConnection
from bot.engine.db.tables import MAIN
from tests.engine.conftest import HandClock
from tests.engine.model import LEASE, MOST_RUNNING, Known, Model
from tests.postgres import Cluster

T = TypeVar("T")

MEMORY = Path("/dev/shm")  # the rules are what is tested here, not the disk
PULLS = [
    PullRef(repository="o/r", number=1),
    PullRef(repository="o/r", number=2),
    PullRef(repository="p/q", number=1),
]

pushes = st.builds(
    Task, pull=st.sampled_from(PULLS), cause=st.just(Cause.PUSHED), head=st.sampled_from(["a", "b", "c"])
)
commands = st.builds(Task, pull=st.just(PULLS[0]), cause=st.just(Cause.COMMAND), comment=st.integers(1, 2))
others = st.builds(
    Task,
    pull=st.just(PULLS[0]),
    cause=st.sampled_from([Cause.CHECKED, Cause.LABELED, Cause.CLOSED]),
    head=st.sampled_from(["a", "b"]),
)
tasks = pushes | commands | others
workers = st.sampled_from(["w1", "w1", "w2"])
moments = st.sampled_from([0, 1, 30, 31])  # about the length of a lease
soon = st.sampled_from([0, 0, 0, 1])
numbers = st.integers(1, 6)


@contextmanager
def lost_commit() -> Iterator[None]:
    """The next commit is durable, but its answer does not arrive."""
    once = _WriterConnection._once
    lost: list[bool] = []

    def lose(connection: _WriterConnection, works: Sequence[Work[object]]) -> list[object]:
        outcomes = once(connection, works)
        if not lost:
            lost.append(True)
            raise DBAPIError("COMMIT", None, Exception("connection lost"), connection_invalidated=True)
        return outcomes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_WriterConnection, "_once", lose)
        yield


class JobsMachine(RuleBasedStateMachine):
    """`open_store` returns an empty store for each run."""

    claims: Bundle[tuple[Job, str]] = Bundle("claims")
    open_store: Callable[[asyncio.Runner, HandClock], Store]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.clock = HandClock()
        self.runner = asyncio.Runner()
        self.store: Store
        self.loses = False

    @initialize()
    def open(self) -> None:
        self.store = type(self).open_store(self.runner, self.clock)

    @rule()
    def the_next_commit_is_not_acknowledged(self) -> None:
        """The connection breaks between the commit and its answer: nobody knows the outcome."""
        self.loses = True

    def change(self, done: Coroutine[object, object, T]) -> T:
        """The result of a change, whose commit may not be acknowledged."""
        with lost_commit() if self.loses else nullcontext():
            self.loses = False
            return self.runner.run(done)

    def teardown(self) -> None:
        self.runner.run(self.store.close())
        self.runner.close()

    @rule(task=tasks, delivery=st.sampled_from(["d1", "d2"]), priority=st.integers(0, 1), wait=soon)
    def submit(self, task: Task, delivery: str, priority: int, wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        expected = self.model.submit(task, delivery, priority, due)

        job = self.change(self.store.jobs.submit(task, delivery=delivery, priority=priority, due=due))

        assert expected == (job.id if job else None)

    @rule(target=claims, worker=workers)
    def claim(self, worker: str) -> tuple[Job, str] | MultipleResults[tuple[Job, str]]:
        expected = self.model.claim(worker, self.clock.now)

        job = self.change(self.store.jobs.claim(worker, LEASE))

        assert (expected and (expected.id, expected.attempt, expected.ending)) == (
            job and (job.id, job.attempt, job.ending)
        )
        return (job, worker) if job else multiple()

    @rule(seconds=moments)
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_by(seconds)

    @rule(claim=claims)
    def extend(self, claim: tuple[Job, str]) -> None:
        own = self.model.own(*claim)
        if own:
            own.lease = self.clock.now + LEASE

        assert bool(own) is self.runner.run(self.store.jobs.extend(*claim, LEASE))

    @rule(
        claim=consumes(claims),
        state=st.sampled_from([JobState.DONE, JobState.FAILED, JobState.SUPERSEDED, JobState.CANCELLED]),
    )
    def finish(self, claim: tuple[Job, str], state: JobState) -> None:
        own = self.model.own(*claim)
        if own:
            self.model.finish(own, state, self.clock.now)

        assert bool(own) is self.change(self.store.jobs.finish(*claim, state))

    @rule(claim=claims, wait=moments)
    def retry(self, claim: tuple[Job, str], wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        own = self.model.own(*claim)
        expected = self.put_back(claim, JobState.WAITING, wait)
        if own and expected:
            own.failures = claim[0].failures + 1

        assert expected is self.change(self.store.jobs.retry(*claim, due, "again"))

    @rule(claim=claims, wait=moments)
    def park(self, claim: tuple[Job, str], wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        own = self.model.own(*claim)
        expected = self.put_back(claim, JobState.PARKED, wait)
        if own and expected:
            own.attempt -= 1

        assert expected is self.change(self.store.jobs.park(*claim, due, "limit"))

    @rule(claim=claims, wait=moments)
    def defer_notice(self, claim: tuple[Job, str], wait: int) -> None:
        due = self.clock.now + timedelta(seconds=wait)
        own = self.model.own(*claim)
        expected = self.put_back(claim, JobState.PARKED, wait)
        if own and expected:
            own.ending = JobState.FAILED

        assert expected is self.change(self.store.jobs.defer_notice(*claim, due, JobState.FAILED, "away"))

    @rule(claim=claims)
    def newer(self, claim: tuple[Job, str]) -> None:
        expected = self.model.outdated(self.model.jobs[claim[0].task.key])

        assert expected is self.runner.run(self.store.jobs.newer(claim[0]))

    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        expected = self.model.cancel(number, self.clock.now)

        assert expected is bool(self.change(self.store.jobs.cancel(number, "not wanted")))

    @rule(claim=claims)
    def learn_of_a_cancellation(self, claim: tuple[Job, str]) -> None:
        expected = self.model.jobs[claim[0].task.key].ending is JobState.CANCELLED

        assert expected is (self.runner.run(self.store.jobs.cancelling(claim[0])) is not None)

    @rule(number=numbers)
    def revive(self, number: int) -> None:
        expected = self.model.revive(number, self.clock.now)

        assert expected is bool(self.change(self.store.jobs.revive(number)))

    @rule(gone=workers)
    def a_process_ends(self, gone: str) -> None:
        held = [job for job in self.model.running() if job.holder == gone]
        for job in held:
            self.model.put_back(job, JobState.WAITING, self.clock.now)

        assert len(held) == self.runner.run(self.store.jobs.free(lambda holder: holder == gone))

    def put_back(self, claim: tuple[Job, str], state: JobState, wait: int) -> bool:
        own = self.model.own(*claim)
        if own is None:
            return False
        waits = self.model.put_back(own, state, self.clock.now)
        own.due = self.clock.now + timedelta(seconds=wait) if waits else own.due
        return waits

    @invariant()
    def the_table_is_as_the_model_says_and_no_lane_runs_two(self) -> None:
        rows = self.runner.run(self.store.jobs.list())
        assert {job.id: facts(job) for job in self.model.jobs.values()} == {
            job.id: facts(job) for job in rows
        }
        running = [job.task.lane for job in rows if job.state is JobState.RUNNING]
        assert len(running) == len(set(running))
        assert len(running) <= MOST_RUNNING


def facts(job: Job | Known) -> tuple[object, ...]:
    return (job.state, job.attempt, job.failures, job.due)


def run_machine(open_store: Callable[[asyncio.Runner, HandClock], Store], runs: int) -> None:
    machine = type("Machine", (JobsMachine,), {"open_store": staticmethod(open_store)})
    chosen = settings(max_examples=runs, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine, settings=chosen)


@pytest.fixture
def directory() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="jobs-", dir=MEMORY if MEMORY.is_dir() else None))
    yield made
    shutil.rmtree(made)


def test_jobs_agree_with_a_model_of_them(directory: Path) -> None:
    def open_store(runner: asyncio.Runner, clock: HandClock) -> Store:
        for file in directory.iterdir():
            file.unlink()
        url = f"sqlite:///{directory / 'bot.db'}"
        return runner.run(connect(url, clock, limits=ClaimLimits(total=MOST_RUNNING)))

    run_machine(open_store, runs=50)


def test_jobs_agree_with_a_model_of_them_on_postgresql(postgres: Cluster) -> None:
    url = postgres.fresh()

    def open_store(runner: asyncio.Runner, clock: HandClock) -> Store:
        store = runner.run(connect(url, clock, limits=ClaimLimits(total=MOST_RUNNING)))
        tables = ", ".join(table.name for table in MAIN.sorted_tables)
        empty = text(f"TRUNCATE {tables} RESTART IDENTITY")
        runner.run(store._writers[0].run(lambda connection: connection.execute(empty)))
        return store

    run_machine(open_store, runs=12)
