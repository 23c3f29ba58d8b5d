"""Claims jobs and sees each to its end: done, tried again later, given up, or handed back.

At most one job of a pull request runs at a time; the lease is extended while it runs. A job whose
lease is lost is dropped at once: somebody else has it. A job that a newer head or the closing of its pull
request makes pointless, or that the operator cancels, is stopped, and its model calls with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum, auto
from functools import partial

import structlog

from bot.core.errors import Retry
from bot.core.jobs import Job, JobState
from bot.review.jobs.backoff import LEASE
from bot.review.jobs.outcomes import JobOutcomes
from bot.review.jobs.runner import JobRunner
from bot.review.jobs.still_wanted import CLOSED
from bot.review.ports import Jobs

log = structlog.get_logger()

IDLE = 1.0  # seconds between looks at the queue when nothing was announced
PAUSES = (1.0, 2.0, 4.0, 8.0, 8.0)  # seconds before an end is written again, in all less than a lease


class StopReason(Enum):
    """Why a running job was stopped from outside."""

    SUPERSEDED = auto()
    CANCELLED = auto()
    CLOSED = auto()
    LOST = auto()


class Worker:
    """Runs up to `slots` jobs at the same time, until `run` is cancelled."""

    def __init__(
        self, jobs: Jobs, journey: JobRunner, outcomes: JobOutcomes, *, name: str, slots: int
    ) -> None:
        self._jobs = jobs
        self._journey = journey
        self._outcomes = outcomes
        self._name = name
        self._slots = slots
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = 0

    async def run(self) -> None:
        """Ends by itself after `stop`, when the jobs that run have come to their end."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._slots):
                group.create_task(self._slot())

    async def stop(self, grace: float) -> None:
        """Claims nothing any more. Returns when nothing runs here, or after `grace` seconds."""
        self._stopping.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._idle.wait()

    async def _slot(self) -> None:
        while not self._stopping.is_set():
            self._busy += 1
            self._idle.clear()
            try:
                found = await self._acquire_turn()
            finally:
                self._busy -= 1
                if not self._busy:
                    self._idle.set()
            if not found:
                await self._jobs.wait(IDLE)

    async def _acquire_turn(self) -> bool:
        """Claims a job and works on it. Returns whether there was one."""
        job = await self._claim()
        if job is None:
            return False
        if self._stopping.is_set():  # the claim began before the stop
            await self._write(partial(self._outcomes.hand_back, job))
            return True
        with structlog.contextvars.bound_contextvars(
            job=job.id, pull=str(job.task.pull), delivery=job.delivery, attempt=job.attempt
        ):
            await self._work(job)
        return True

    async def _claim(self) -> Job | None:
        """A database that is away for a while stops the claims, not the worker."""
        try:
            return await self._jobs.claim(self._name, LEASE)
        except Exception:
            log.exception("job_claim_failed")
            await asyncio.sleep(IDLE)
            return None

    async def _work(self, job: Job) -> None:
        run = asyncio.create_task(self._run(job))
        watch = asyncio.create_task(self._watch(job))
        try:
            await asyncio.wait({run, watch}, return_when=asyncio.FIRST_COMPLETED)
            stop = watch.result() if watch.done() and not run.done() else None
        except asyncio.CancelledError:
            await _cancelled(run, watch)
            await self._outcomes.hand_back(job)
            raise
        if run.done():
            await _cancelled(watch)
            await self._write(lambda: self._settle(job, run))
        else:
            await _cancelled(run)
            await self._write(lambda: self._stop(job, stop))

    async def _run(self, job: Job) -> JobState:
        """A job that only has to be told of has been worked on before."""
        if job.ending:
            return await self._outcomes.tell(job)
        self._outcomes.check(job)
        return await self._journey.run(job, patient=self._outcomes.is_patient(job))

    async def _watch(self, job: Job) -> StopReason:
        """Returns when the job should not go on."""
        was_closing = False
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 10)
            try:
                if not await self._jobs.extend(job, self._name, LEASE):
                    return StopReason.LOST
                if not job.ending and await self._jobs.cancelling(job) is not None:
                    return StopReason.CANCELLED
                if await self._jobs.newer(job):
                    return StopReason.SUPERSEDED
                if not was_closing and not job.ending and await self._jobs.closing(job):
                    was_closing = True  # one look is enough: it may have been opened again
                    if await self._journey.is_over(job):
                        return StopReason.CLOSED
            except Retry as error:
                log.warning("lease_extension_failed", reason=str(error))
            except Exception:  # the other jobs of this worker go on
                log.exception("lease_extension_failed")

    async def _write(self, end: Callable[[], Awaitable[None]]) -> None:
        """Writes down how a job ended. A database that is away is tried again for as long as the lease lasts;
        then the job is claimed anew: nothing is lost, only later.
        """
        for pause in (*PAUSES, None):
            try:
                return await end()
            except Retry as error:
                log.warning("job_outcome_write_failed", reason=str(error))
            except Exception:
                log.exception("job_outcome_write_failed")
                return None
            if pause:
                await asyncio.sleep(pause)
        return None

    async def _settle(self, job: Job, run: asyncio.Task[JobState]) -> None:
        """What the run could not tell the user is told here."""
        error = run.exception()
        if error is not None:
            await self._outcomes.handle_error(job, error)
        else:
            await self._outcomes.finish(job, run.result())

    async def _stop(self, job: Job, stop: StopReason | None) -> None:
        if stop is StopReason.SUPERSEDED:
            await self._outcomes.supersede(job)
        elif stop is StopReason.CANCELLED:
            await self._outcomes.cancel(job, await self._jobs.cancelling(job) or "")
        elif (
            stop is StopReason.CLOSED
        ):  # the next run of the job finds that out, too, and takes back what was said
            await self._outcomes.hand_back(job, CLOSED)
        else:
            log.warning("lease_lost")


async def _cancelled(*tasks: asyncio.Task[JobState] | asyncio.Task[StopReason]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
