"""Durable jobs in one table.

Rules that hold after every transaction (`bot/engine/lanes.py` keeps them):
- of one key there is one job;
- of one lane at most one job is RUNNING;
- of one lane at most one job that is no command waits: a newer push supersedes it.

A job is its holder's only while it is RUNNING under the holder's name with the attempt that was
claimed; a worker that slept through its lease finds every door shut.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from bot.core.jobs import Job, State, Task
from bot.engine import lanes
from bot.engine.bell import Bell
from bot.engine.clock import Clock
from bot.engine.lanes import as_job
from bot.engine.tables import jobs
from bot.engine.writer import Work, Writer

ENDED = frozenset({State.DONE, State.FAILED, State.SUPERSEDED, State.CANCELLED})


class Jobs:
    """See `bot.review.ports.Jobs` for the contract."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._bell = Bell()

    async def submit(
        self, task: Task, *, delivery: str | None = None, priority: int = 0, due: datetime | None = None
    ) -> Job | None:
        """Stores a job; None when one with the same key is known and need not run again."""
        now = self._clock()
        values = {"delivery": delivery, "priority": priority, "due": due or now}
        job = await self._writer.run(lambda connection: lanes.submit(connection, task, values, now))
        if job:
            self._bell.ring()
        return job

    async def claim(self, worker: str, lease: timedelta) -> Job | None:
        """The next job that is due, by priority, then due time, then age."""
        now = self._clock()
        job = await self._writer.run(lambda connection: lanes.claim(connection, worker, now, now + lease))
        if job:
            self._bell.ring()  # where one was, there may be more for the others who wait
        return job

    async def extend(self, job: Job, worker: str, lease: timedelta) -> bool:
        """False when the job is not ours any more."""
        until = self._clock() + lease
        return await self._writer.run(lambda connection: lanes.extend(connection, job, worker, until))

    async def finish(self, job: Job, worker: str, state: State, error: str | None = None) -> bool:
        """Ends the job; False when it is not ours any more."""
        if state not in ENDED:
            raise ValueError(f"a job cannot end as {state}")
        values = {"state": state, "error": error, "updated": self._clock()}
        return await self._change(lambda connection: lanes.finish(connection, job, worker, values))

    async def retry(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Lets the job wait until `due`; False when it is not ours any more or was superseded."""
        values = {"state": State.WAITING, "due": due, "error": error}
        return await self._put_back(job, worker, values)

    async def park(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Like `retry`, but does not count as an attempt."""
        values = {"state": State.PARKED, "due": due, "error": error, "attempt": job.attempt - 1}
        return await self._put_back(job, worker, values)

    async def newer(self, job: Job) -> bool:
        """Whether a review of another head waits in the same lane."""
        return await self._writer.run(lambda connection: lanes.outdated(connection, job.task))

    async def free(self, is_gone: Callable[[str], bool]) -> int:
        """Returns the jobs of holders that are gone, whatever their leases say; how many there were."""
        now = self._clock()
        freed = await self._writer.run(lambda connection: lanes.free(connection, is_gone, now))
        self._bell.ring()
        return freed

    async def wait(self, seconds: float) -> None:
        """Returns when this process may have made a job claimable, or after `seconds`."""
        await self._bell.wait(seconds)

    async def get(self, number: int) -> Job | None:
        query = select(jobs).where(jobs.c.id == number)
        row = await self._writer.run(lambda connection: connection.execute(query).one_or_none())
        return as_job(row) if row else None

    async def list(self, state: State | None = None, limit: int = 100) -> Sequence[Job]:
        """The newest first."""
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if state:
            query = query.where(jobs.c.state == state.value)
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        return [as_job(row) for row in rows]

    async def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state; every state is there."""
        query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        return dict.fromkeys(State, 0) | {State(state): count for state, count in rows}

    async def prune(self, older_than: datetime) -> int:
        """Forgets the jobs that ended before `older_than`; returns how many."""
        ended = jobs.c.state.in_([state.value for state in ENDED])
        query = delete(jobs).where(ended, jobs.c.updated < older_than)
        return await self._writer.run(lambda connection: connection.execute(query).rowcount)

    async def _put_back(self, job: Job, worker: str, values: dict[str, object]) -> bool:
        now = self._clock()
        return await self._change(lambda connection: lanes.put_back(connection, job, worker, values, now))

    async def _change(self, work: Work[bool]) -> bool:
        """Whoever leaves a lane makes room for the next job of it."""
        changed = await self._writer.run(work)
        self._bell.ring()
        return changed
