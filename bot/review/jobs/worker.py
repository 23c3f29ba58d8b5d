"""Claims jobs and runs each until it is done, deferred, failed or released.

At most one job of a pull request runs at a time; the worker extends its lease while it runs. A job whose
lease is lost is dropped at once, because another worker has it. The worker stops a job, and its model calls,
when a newer head or the closing of the pull request makes it obsolete, or when the operator cancels it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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

IDLE = 1.0  # seconds between polls of the queue without a wakeup
PAUSES = (1.0, 2.0, 4.0, 8.0, 8.0)  # seconds between attempts to store an outcome; in sum less than a lease


class StopReason(Enum):
    """Why the worker stops a running job."""

    SUPERSEDED = auto()
    CANCELLED = auto()
    CLOSED = auto()
    LOST = auto()


class Worker:
    """Runs up to `slots` jobs at the same time, until `run` is cancelled. One claim takes as many jobs as
    there are free slots.
    """

    def __init__(
        self, jobs: Jobs, runner: JobRunner, outcomes: JobOutcomes, *, name: str, slots: int
    ) -> None:
        self._jobs = jobs
        self._runner = runner
        self._outcomes = outcomes
        self._name = name
        self._slots = slots
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = 0
        self._claiming = False
        self._freed = asyncio.Event()

    async def run(self) -> None:
        """Runs until `stop` was called and the running jobs have ended."""
        async with asyncio.TaskGroup() as group:
            while not self._stopping.is_set():
                free = self._slots - self._busy
                if not free:
                    await self._until_one_is_free()
                elif await self._start(free, group) < free and not self._stopping.is_set():
                    await self._jobs.wait(IDLE)

    async def stop(self, grace: float) -> None:
        """Claims no more jobs. Returns when no job runs here, or after `grace` seconds."""
        self._stopping.set()
        self._freed.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._idle.wait()

    async def _start(self, most: int, group: asyncio.TaskGroup) -> int:
        """Claims at most so many jobs and starts them; returns how many."""
        self._idle.clear()
        self._claiming = True
        try:
            claimed = await self._claim(most)
        finally:
            self._claiming = False
        self._busy += len(claimed)
        for job in claimed:
            group.create_task(self._run_claimed(job))
        if not self._busy:
            self._idle.set()
        return len(claimed)

    async def _until_one_is_free(self) -> None:
        await self._freed.wait()
        self._freed.clear()

    async def _run_claimed(self, job: Job) -> None:
        try:
            if self._stopping.is_set():  # the claim began before the stop
                await self._store(partial(self._outcomes.hand_back, job))
                return
            with structlog.contextvars.bound_contextvars(
                job=job.id, pull=str(job.task.pull), delivery=job.delivery, attempt=job.attempt
            ):
                await self._work(job)
        finally:
            self._busy -= 1
            self._freed.set()
            if not self._busy and not self._claiming:
                self._idle.set()

    async def _claim(self, most: int) -> Sequence[Job]:
        """At most so many jobs; none, after a pause, while the database is unavailable."""
        try:
            return await self._jobs.claim_some(self._name, LEASE, most)
        except Exception:
            log.exception("job_claim_failed")
            await asyncio.sleep(IDLE)
            return ()

    async def _work(self, job: Job) -> None:
        run = asyncio.create_task(self._run(job))
        watch = asyncio.create_task(self._watch(job))
        try:
            await asyncio.wait({run, watch}, return_when=asyncio.FIRST_COMPLETED)
            stop = watch.result() if watch.done() and not run.done() else None
        except asyncio.CancelledError:
            await _cancel_tasks(run, watch)
            await self._outcomes.hand_back(job)
            raise
        if run.done():
            await _cancel_tasks(watch)
            await self._store(lambda: self._settle(job, run))
        else:
            await _cancel_tasks(run)
            await self._store(lambda: self._stop(job, stop))

    async def _run(self, job: Job) -> JobState:
        """Runs the job, or only posts its notice if it has ended before."""
        if job.ending:
            return await self._outcomes.tell(job)
        self._outcomes.check(job)
        return await self._runner.run(job, patient=self._outcomes.is_patient(job))

    async def _watch(self, job: Job) -> StopReason:
        """Extends the lease; returns when the job must stop."""
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
                    was_closing = True  # checked once: it may have been reopened
                    if await self._runner.is_over(job):
                        return StopReason.CLOSED
            except Retry as error:
                log.warning("lease_extension_failed", reason=str(error))
            except Exception:  # the other jobs of this worker continue
                log.exception("lease_extension_failed")

    async def _store(self, end: Callable[[], Awaitable[None]]) -> None:
        """Stores the outcome of a job, with retries for as long as the lease lasts. After that the job is
        claimed again: it is delayed, not lost.
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
        """Handles the result or the error of a run."""
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
        elif stop is StopReason.CLOSED:  # the next run of the job withdraws what was posted
            await self._outcomes.hand_back(job, CLOSED)
        else:
            log.warning("lease_lost")


async def _cancel_tasks(*tasks: asyncio.Task[JobState] | asyncio.Task[StopReason]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
