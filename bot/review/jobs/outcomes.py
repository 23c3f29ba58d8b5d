"""Ends a run of a job: stores its outcome and posts a notice on GitHub.

The notice is posted before the job ends. While GitHub is unreachable the job stays, so that no placeholder
stays on the pull request forever.
"""

from datetime import datetime
from typing import assert_never

import structlog

from bot.core.errors import BotError, ModuleError, Refused, Retry
from bot.core.jobs import Job, JobState
from bot.review.jobs.backoff import MAX_CRASHES, MIN_WAIT_TO_SHOW, is_old
from bot.review.jobs.decide import (
    Close,
    Decision,
    Defer,
    Fail,
    NoticeAt,
    RetryAt,
    decide,
    decide_notice,
    is_last,
)
from bot.review.ports import Jobs, Metrics
from bot.review.publish.notices import StatusNotices

log = structlog.get_logger()


class JobOutcomes:
    """`name` identifies the worker; `attempts` is the maximum number of attempts of a job."""

    def __init__(
        self, jobs: Jobs, notices: StatusNotices, meter: Metrics, *, name: str, attempts: int
    ) -> None:
        self._jobs = jobs
        self._notices = notices
        self._meter = meter
        self._name = name
        self._attempts = attempts

    def is_patient(self, job: Job) -> bool:
        """Whether to wait for an unavailable model; the last attempt reviews without it."""
        return not is_last(job, self._attempts) and not is_old(job, self._jobs.now())

    def check(self, job: Job) -> None:
        """Raises `Refused` for a job that crashed too many processes."""
        crashes = job.attempt - 1 - job.failures
        if crashes > MAX_CRASHES:
            raise Refused(f"the server stopped {crashes} times during this review")

    async def finish(self, job: Job, state: JobState, error: str | None = None) -> None:
        if await self._jobs.finish(job, self._name, state, error):
            self._meter.job(state)

    async def handle_error(self, job: Job, error: BaseException) -> None:
        """Retries where that can help; otherwise posts the failure on the pull request."""
        if job.ending and not isinstance(error, Retry):
            log.error("job_notice_failed", exc_info=error)
        elif not isinstance(error, Retry | Refused | ModuleError):
            log.error("review_crashed", exc_info=error)
        await self._carry_out(job, decide(job, error, self._jobs.now(), attempts=self._attempts))

    async def supersede(self, job: Job) -> None:
        await self._notices.supersede(job)
        await self.finish(job, JobState.SUPERSEDED)

    async def cancel(self, job: Job, reason: str) -> None:
        await self._end(job, JobState.CANCELLED, reason)

    async def tell(self, job: Job) -> JobState:
        """Posts the notice of a job that has already ended. Raises like `JobRunner.run`."""
        state = job.ending or JobState.FAILED
        await self._notices.end(job, state, job.error or "")
        return state

    async def hand_back(self, job: Job, reason: str = "the server stopped") -> None:
        """Releases the job to the next worker, at once or when its lease expires."""
        try:
            await self._jobs.park(job, self._name, self._jobs.now(), reason)
        except BotError as error:
            log.warning("job_release_failed", reason=str(error))

    async def _carry_out(self, job: Job, decision: Decision) -> None:
        match decision:
            case RetryAt(due, reason, internal):
                log.info("review_deferred", reason=reason, until=due)
                waits = await self._jobs.retry(job, self._name, due, reason)
                await self._post_wait(job, reason, due, waits=waits and not internal)
            case Defer(due, reason):
                log.info("review_deferred", reason=reason, until=due)
                waits = await self._jobs.park(job, self._name, due, reason)
                await self._post_wait(job, reason, due, waits=waits)
            case Fail(reason, again):
                log.warning("review_failed", reason=reason)
                await self._end(job, JobState.FAILED, reason, again=again)
            case NoticeAt(due, state, reason):
                await self._jobs.defer_notice(job, self._name, due, state, reason)
            case Close(state, reason):
                await self.finish(job, state, reason)
            case _:
                assert_never(decision)

    async def _post_wait(self, job: Job, reason: str, due: datetime, *, waits: bool) -> None:
        if waits and due - self._jobs.now() > MIN_WAIT_TO_SHOW:
            await self._notices.wait(job, reason, due)

    async def _end(self, job: Job, state: JobState, reason: str, *, again: bool = False) -> None:
        """A notice that is posted later does not suggest requesting the review again."""
        try:
            await self._notices.end(job, state, reason, again=again)
        except Retry as error:
            await self._carry_out(job, decide_notice(job, state, reason, error, self._jobs.now()))
        else:
            await self.finish(job, state, reason)
