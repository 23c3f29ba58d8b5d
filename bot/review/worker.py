"""Claims jobs and sees each to its end: done, tried again later, given up, or handed back.

At most one job of a pull request runs at a time; the lease is extended while it runs. A job whose
lease is lost is dropped at once: somebody else has it. A job that a newer head makes pointless is
stopped, and its model calls with it.
"""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

import structlog

from bot.core.errors import ModuleError, Refused, Retry
from bot.core.jobs import Job, State
from bot.core.redaction import redact
from bot.review.journey import Journey
from bot.review.ports import Jobs, Meter

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
IDLE = 1.0  # seconds between looks at the queue when nothing was announced
FIRST_BACKOFF = 5.0
LONGEST_BACKOFF = 600.0
GIVE_UP = timedelta(hours=24)
WORTH_TELLING = timedelta(seconds=45)  # a wait that a reader of the pull request would notice


class Stop(Enum):
    """Why a running job was stopped from outside."""

    SUPERSEDED = auto()
    LOST = auto()


class Worker:
    """Runs up to `slots` jobs at the same time, until `run` is cancelled."""

    def __init__(
        self, jobs: Jobs, journey: Journey, meter: Meter, *, name: str, slots: int, attempts: int
    ) -> None:
        self._jobs = jobs
        self._journey = journey
        self._meter = meter
        self._name = name
        self._slots = slots
        self._attempts = attempts

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self._slots):
                group.create_task(self._slot())

    async def _slot(self) -> None:
        while True:
            job = await self._claim()
            if job is None:
                await self._jobs.wait(IDLE)
                continue
            with structlog.contextvars.bound_contextvars(
                job=job.id, pull=str(job.task.pull), delivery=job.delivery, attempt=job.attempt
            ):
                await self._work(job)

    async def _claim(self) -> Job | None:
        """A database that is away for a while stops the claims, not the worker."""
        try:
            return await self._jobs.claim(self._name, LEASE)
        except Exception:
            log.exception("jobs cannot be claimed")
            await asyncio.sleep(IDLE)
            return None

    async def _work(self, job: Job) -> None:
        run = asyncio.create_task(self._journey.run(job, patient=job.attempt < self._attempts))
        watch = asyncio.create_task(self._watch(job))
        try:
            await asyncio.wait({run, watch}, return_when=asyncio.FIRST_COMPLETED)
            stop = watch.result() if watch.done() and not run.done() else None
        except asyncio.CancelledError:
            await _cancelled(run, watch)
            await self._hand_back(job)
            raise
        await _cancelled(watch) if run.done() else await _cancelled(run)
        await self._settle(job, run, stop)

    async def _watch(self, job: Job) -> Stop:
        """Returns when the job should not go on."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 10)
            try:
                if not await self._jobs.extend(job, self._name, LEASE):
                    return Stop.LOST
                if await self._jobs.newer(job):
                    return Stop.SUPERSEDED
            except Retry as error:
                log.warning("the lease could not be extended", reason=str(error))

    async def _settle(self, job: Job, run: asyncio.Task[State], stop: Stop | None) -> None:
        """Writes down how the run ended; what it could not tell the user is told here."""
        if stop is Stop.LOST:
            log.warning("lease lost")
            return
        try:
            if stop is Stop.SUPERSEDED:
                await self._supersede(job)
            elif (error := run.exception()) is not None:
                await self._mend(job, error)
            else:
                await self._jobs.finish(job, self._name, run.result())
                self._meter.job(run.result())
        except Exception:
            # The lease lapses and the job is claimed again: nothing is lost, only later.
            log.exception("the end of a job could not be written")

    async def _supersede(self, job: Job) -> None:
        await self._journey.supersede(job)
        await self._jobs.finish(job, self._name, State.SUPERSEDED)
        self._meter.job(State.SUPERSEDED)

    async def _mend(self, job: Job, error: BaseException) -> None:
        """Tries again where that helps; otherwise says on the pull request that it failed, and why."""
        reason = redact(str(error)) or type(error).__name__
        if isinstance(error, Retry) and self._may_wait(job, error):
            await self._later(job, error, reason)
            return
        if not isinstance(error, Retry | Refused | ModuleError):
            log.error("a bug stopped a review", exc_info=error)
            if job.attempt < self._attempts:
                await self._jobs.retry(job, self._name, _now() + self._backoff(job), reason)
                return
            reason = "an internal error; the operator finds the details in the log"
        await self._give_up(job, reason)

    def _may_wait(self, job: Job, error: Retry) -> bool:
        if _now() - job.created > GIVE_UP:
            return False
        return error.after is not None or job.attempt < self._attempts

    async def _later(self, job: Job, error: Retry, reason: str) -> None:
        """A moment that somebody named is waited for; otherwise the waits grow."""
        log.info("a review waits", reason=reason, after=error.after)
        if error.after is None:
            due = _now() + self._backoff(job)
            waits = await self._jobs.retry(job, self._name, due, reason)
        else:
            due = _now() + timedelta(seconds=max(error.after, 1.0) + random.uniform(0, 1))  # noqa: S311 - jitter
            waits = await self._jobs.park(job, self._name, due, reason)
        if waits and due - _now() > WORTH_TELLING:
            await self._journey.wait(job, reason, due)

    async def _give_up(self, job: Job, reason: str) -> None:
        log.warning("a review failed", reason=reason)
        await self._journey.fail(job, reason)
        await self._jobs.finish(job, self._name, State.FAILED, reason)
        self._meter.job(State.FAILED)

    async def _hand_back(self, job: Job) -> None:
        """The server stops: the job is free for the next one at once."""
        await self._jobs.park(job, self._name, _now(), "the server stopped")

    def _backoff(self, job: Job) -> timedelta:
        """Exponential, with full jitter above half."""
        longest = min(FIRST_BACKOFF * 2 ** (job.attempt - 1), LONGEST_BACKOFF)
        return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - jitter


async def _cancelled(*tasks: asyncio.Task[State] | asyncio.Task[Stop]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _now() -> datetime:
    return datetime.now(UTC)
