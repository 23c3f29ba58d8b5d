"""The durable job queue in one table.

Invariants after every transaction (`bot/engine/queue/transitions.py` and `claims.py` keep them):
- each key has one job;
- each lane has at most one RUNNING job;
- each lane has at most one waiting review of a head: a newer push supersedes it.

A worker holds a job only while it is RUNNING with the worker's name and the claimed attempt. A worker whose
lease has expired can no longer change the job.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import exists, func, select

from bot.core.change import PullRef
from bot.core.jobs import Job, JobError, JobState, Task
from bot.engine.db.clock import Clock
from bot.engine.db.group_commit import Work, Writer
from bot.engine.db.tables import jobs, troubles
from bot.engine.db.wakeup import Wakeup
from bot.engine.queue import claims, transitions
from bot.engine.queue.claims import Claim, ClaimLimits
from bot.engine.queue.transitions import ENDED, as_job


class Jobs:
    """See `bot.review.ports.Jobs` for the contract.

    `leasing` extends leases, so that these never wait behind work that waits for locks.
    """

    def __init__(
        self, writer: Writer, leasing: Writer, clock: Clock, wakeup: Wakeup, limits: ClaimLimits
    ) -> None:
        self._writer = writer
        self._leasing = leasing
        self._clock = clock
        self._wakeup = wakeup
        self._limits = limits

    async def submit(
        self, task: Task, *, delivery: str | None = None, priority: int = 0, due: datetime | None = None
    ) -> Job | None:
        """Stores a job; None when one with the same key is stored and need not run again."""
        now = self._clock()
        values = {"delivery": delivery, "priority": priority, "due": due or now, "request": _key()}
        job = await self._writer.run(lambda connection: transitions.submit(connection, task, values, now))
        if job:
            self._wakeup.notify_all()
        return job

    def now(self) -> datetime:
        """The time by which jobs are due, and leases expire."""
        return self._clock()

    async def claim(self, worker: str, lease: timedelta) -> Job | None:
        """The next job that is due: by priority, then by turn (bot/engine/queue/fairness.py), then by age."""
        return next(iter(await self.claim_some(worker, lease, 1)), None)

    async def claim_some(self, worker: str, lease: timedelta, most: int) -> Sequence[Job]:
        """The next jobs that are due, at most so many, in their order; each of another lane."""
        now = self._clock()
        wish = Claim(_key(), worker, most, now, now + lease)
        return await self._writer.run(lambda connection: claims.claim(connection, wish, self._limits))

    async def extend(self, job: Job, worker: str, lease: timedelta) -> bool:
        """False when the job is not ours any more."""
        until = self._clock() + lease
        return await self._leasing.run(lambda connection: transitions.extend(connection, job, worker, until))

    async def finish(self, job: Job, worker: str, state: JobState, error: str | None = None) -> bool:
        """Ends the job; False when it is not ours any more. One that had failed before keeps its reason."""
        if state not in ENDED:
            raise ValueError(f"a job cannot end as {state}")
        now = self._clock()
        reason = job.error if error is None and job.ending else error
        values = {"state": state.value, "error": reason, "updated": now, "request": _key()}

        def work(connection: Any) -> bool:
            ended = transitions.finish(connection, job, worker, values)
            if ended and error:
                transitions.add_error(connection, job, now, error)
            return ended

        return await self._change(work)

    async def retry(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Lets the job wait until `due`; False when `worker` no longer holds it or it was superseded."""
        values = {"state": JobState.WAITING.value, "due": due, "failures": job.failures + 1}
        return await self._put_back(job, worker, values, error)

    async def park(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Like `retry`, but does not count as an attempt."""
        values = {"state": JobState.PARKED.value, "due": due, "attempt": job.attempt - 1}
        return await self._put_back(job, worker, values, error)

    async def defer_notice(self, job: Job, worker: str, due: datetime, ending: JobState, error: str) -> bool:
        """Ends the job as `ending`, except for its notice: the job waits until `due` to post that."""
        values = {"state": JobState.PARKED.value, "due": due, "ending": ending.value}
        return await self._put_back(job, worker, values, error)

    async def newer(self, job: Job) -> bool:
        """Whether a review of another head waits in the same lane."""
        return await self._leasing.run(lambda connection: transitions.outdated(connection, job.task))

    async def closing(self, job: Job) -> bool:
        """Whether the closing of the pull request waits in the same lane."""
        return await self._leasing.run(lambda connection: transitions.closing(connection, job.task.lane))

    async def reviewing(self, pull: PullRef) -> bool:
        """Whether a review of a head of the pull request waits."""
        return await self._writer.run(lambda connection: transitions.reviewing(connection, str(pull)))

    async def cancelling(self, job: Job) -> str | None:
        """The reason of a requested cancellation, else None."""
        query = select(jobs.c.error).where(jobs.c.id == job.id, jobs.c.ending == JobState.CANCELLED.value)
        row = await self._leasing.run(lambda connection: connection.execute(query).one_or_none())
        return (row.error or "") if row else None

    async def free(self, is_gone: Callable[[str], bool]) -> int:
        """Frees the jobs of ended processes before their leases expire; returns how many."""
        now = self._clock()
        freed = await self._writer.run(lambda connection: transitions.free(connection, is_gone, now))
        if freed:
            self._wakeup.notify_all()
        return freed

    async def wait(self, seconds: float) -> None:
        """Returns when a job may have become claimable, or after `seconds`."""
        await self._wakeup.wait(seconds)

    async def knows(self, task: Task) -> bool:
        query = select(exists().where(jobs.c.key == task.key))
        return await self._writer.run(lambda connection: connection.execute(query).scalar_one())

    async def get(self, number: int) -> Job | None:
        query = select(jobs).where(jobs.c.id == number)
        row = await self._writer.run(lambda connection: connection.execute(query).one_or_none())
        return as_job(row) if row else None

    async def job_errors(self, number: int) -> Sequence[JobError]:
        """The errors of job `number`, oldest first."""
        query = select(troubles.c.at, troubles.c.attempt, troubles.c.text).where(troubles.c.job == number)
        rows = await self._writer.run(
            lambda connection: connection.execute(query.order_by(troubles.c.id)).all()
        )
        return [JobError(at=row.at, attempt=row.attempt, text=row.text) for row in rows]

    async def list(self, state: JobState | None = None, limit: int = 100) -> Sequence[Job]:
        """The jobs, in `state` if given, newest first."""
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if state:
            query = query.where(jobs.c.state == state.value)
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        return [as_job(row) for row in rows]

    async def counts(self) -> Mapping[JobState, int]:
        """The number of jobs by state; contains every state."""
        query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        return dict.fromkeys(JobState, 0) | {JobState(state): count for state, count in rows}

    async def revive(self, number: int) -> Job | None:
        """Restarts a failed or cancelled job. None: it is in another state, or a newer one waits."""
        now = self._clock()
        request = _key()
        job = await self._writer.run(lambda connection: transitions.revive(connection, number, now, request))
        self._wakeup.notify_all()
        return job

    async def cancel(self, number: int, reason: str) -> Job | None:
        """Requests a job's end as CANCELLED; a worker posts the notice. None when it has ended already."""
        now = self._clock()
        job = await self._writer.run(lambda connection: transitions.cancel(connection, number, reason, now))
        self._wakeup.notify_all()
        return job

    async def _put_back(self, job: Job, worker: str, values: dict[str, Any], error: str) -> bool:
        now = self._clock()
        values |= {"error": error, "request": _key()}

        def work(connection: Any) -> bool:
            waits = transitions.put_back(connection, job, worker, values, now)
            if waits:
                transitions.add_error(connection, job, now, error)
            return waits

        return await self._change(work)

    async def _change(self, work: Work[bool]) -> bool:
        """Runs a transition, then wakes workers: the lane may be free for its next job."""
        changed = await self._writer.run(work)
        self._wakeup.notify_all()
        return changed


def _key() -> str:
    """The key of a request, by which its repetition is known."""
    return uuid4().hex
