"""Measures the cost of one submission, one claim and one completion with many waiting jobs, in the engine
alone.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TypeVar

from bot.core.change import PullRef
from bot.core.jobs import Cause, Job, JobState, Task
from bot.engine import ClaimLimits, Store, connect

WORKER = "bench"
LEASE = timedelta(hours=1)
TOGETHER = 256  # concurrent operations while a backlog is created
COMMAND = 10  # the priority of a command

Spread = Callable[[int], Task]
T = TypeVar("T")


def over_repositories(number: int) -> Task:
    """Jobs of two hundred repositories in twenty installations."""
    place = number % 200
    return _push(f"org{place % 20}/shop{place}", number, installation=place % 20)


def of_one_repository(number: int) -> Task:
    """Jobs of one repository, each for a different pull request."""
    return _push("acme/shop", number, installation=1)


def of_one_pull(number: int) -> Task:
    """Commands on one pull request; none supersedes another."""
    pull = PullRef(repository="acme/shop", number=1, installation=1)
    return Task(pull=pull, cause=Cause.COMMAND, comment=number)


def elsewhere(number: int) -> Task:
    return _push("other/shop", number, installation=2)


def _push(repository: str, number: int, installation: int) -> Task:
    pull = PullRef(repository=repository, number=number + 1, installation=installation)
    return Task(pull=pull, cause=Cause.PUSHED, head=f"{number:040x}")


@dataclass(frozen=True)
class Case:
    """`waiting` jobs of `spread` stay due; `asleep` more are due tomorrow, `done` have ended.

    `blocked`: one of them runs and blocks the others; the work measured is `elsewhere`.
    """

    waiting: int
    spread: Spread = over_repositories
    asleep: int = 0
    done: int = 0
    blocked: bool = False
    limits: ClaimLimits = field(default_factory=ClaimLimits)


@dataclass(frozen=True)
class Cost:
    """Medians in milliseconds, and this process's CPU milliseconds for the three together."""

    submit: float
    claim: float
    finish: float
    cpu: float

    @property
    def together(self) -> float:
        return self.submit + self.claim + self.finish


class Backlog:
    """A store with the jobs of a case. `submitted` and `claimed` are keys, in order."""

    def __init__(self, store: Store, case: Case) -> None:
        self._store = store
        self._case = case
        self._numbers = 0
        self._in_the_way: Job | None = None
        self.submitted: list[str] = []
        self.claimed: list[str] = []

    async def fill(self) -> None:
        case = self._case
        await self._pass_through(case.done, self._finish)
        await self._pass_through(case.asleep, self._park)
        await _together(self._submit(case.spread) for _ in range(case.waiting))
        if case.blocked:
            self._in_the_way = await self._claim()

    async def measure(self, times: int) -> Cost:
        """Keeps the backlog's length: for each submitted job, one is completed."""
        taken: dict[str, list[float]] = defaultdict(list)
        spread = elsewhere if self._case.blocked else self._case.spread
        began = time.process_time()
        for _ in range(times):
            await _timed(taken["submit"], self._submit(spread))
            job = await _timed(taken["claim"], self._claim())
            await _timed(taken["finish"], self._finish(job))
        cpu = (time.process_time() - began) * 1000 / times
        return Cost(cpu=cpu, **{name: median(values) for name, values in taken.items()})

    async def empty(self) -> None:
        """Completes blocking jobs, then claims and completes all due ones."""
        if self._in_the_way:
            await self._finish(self._in_the_way)
        while job := await self._store.jobs.claim(WORKER, LEASE):
            self.claimed.append(job.task.key)
            await self._finish(job)

    async def _pass_through(self, count: int, onward: Callable[[Job], Awaitable[None]]) -> None:
        async def one() -> None:
            await onward(await self._claim())

        await _together(self._submit(self._case.spread) for _ in range(count))
        await _together(one() for _ in range(count))

    async def _submit(self, spread: Spread) -> None:
        self._numbers += 1
        task = spread(self._numbers)
        priority = COMMAND if task.cause is Cause.COMMAND else 0
        job = await self._store.jobs.submit(task, delivery=str(self._numbers), priority=priority)
        assert job
        self.submitted.append(job.task.key)

    async def _claim(self) -> Job:
        job = await self._store.jobs.claim(WORKER, LEASE)
        assert job
        self.claimed.append(job.task.key)
        return job

    async def _finish(self, job: Job) -> None:
        assert await self._store.jobs.finish(job, WORKER, JobState.DONE)

    async def _park(self, job: Job) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert await self._store.jobs.park(job, WORKER, tomorrow, "a limit")


async def cost(case: Case, url: str, times: int) -> Cost:
    """The cost of `case` on the empty database at `url`."""
    async with await connect(url, limits=case.limits, holder=f"bench/{os.getpid()}") as store:
        backlog = Backlog(store, case)
        await backlog.fill()
        return await backlog.measure(times)


async def _timed(taken: list[float], work: Awaitable[T]) -> T:
    began = time.perf_counter()
    done = await work
    taken.append((time.perf_counter() - began) * 1000)
    return done


async def _together(works: Iterable[Awaitable[None]]) -> None:
    bound = asyncio.Semaphore(TOGETHER)

    async def bounded(work: Awaitable[None]) -> None:
        async with bound:
            await work

    await asyncio.gather(*map(bounded, works))
