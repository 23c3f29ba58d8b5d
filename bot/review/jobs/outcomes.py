"""How a run of a job ends: finished, put off, given up, stopped; written down, and told on GitHub.

What is to be told is told before the job ends. Where GitHub cannot be reached for it, the job stays until
it can: a placeholder never stands for ever.
"""

from datetime import datetime
from typing import assert_never

import structlog

from bot.core.errors import BotError, ModuleError, Refused, Retry
from bot.core.jobs import Job, JobState
from bot.review.jobs.backoff import MAX_CRASHES, WORTH_TELLING, is_old, now
from bot.review.jobs.decide import (
    Close,
    Decision,
    Defer,
    Fail,
    RetryAt,
    TellAt,
    decide,
    decide_telling,
    is_last,
)
from bot.review.ports import Jobs, Metrics
from bot.review.publish.notices import StatusNotices

log = structlog.get_logger()


class JobOutcomes:
    """`name` is the worker whose jobs these are, `attempts` how often a job is tried."""

    def __init__(
        self, jobs: Jobs, notices: StatusNotices, meter: Metrics, *, name: str, attempts: int
    ) -> None:
        self._jobs = jobs
        self._notices = notices
        self._meter = meter
        self._name = name
        self._attempts = attempts

    def is_patient(self, job: Job) -> bool:
        """Whether a model that is away is waited for; in the end a review is made without it."""
        return not is_last(job, self._attempts) and not is_old(job, now())

    def check(self, job: Job) -> None:
        """Raises `Refused` for a job that takes every process with it that works on it."""
        deaths = job.attempt - 1 - job.failures
        if deaths > MAX_CRASHES:
            raise Refused(f"the server ended {deaths} times while it worked on this review")

    async def finish(self, job: Job, state: JobState, error: str | None = None) -> None:
        if await self._jobs.finish(job, self._name, state, error):
            self._meter.job(state)

    async def handle_error(self, job: Job, error: BaseException) -> None:
        """Tries again where that helps; otherwise says on the pull request that it failed, and why."""
        if job.ending and not isinstance(error, Retry):
            log.error("job_notice_failed", exc_info=error)
        elif not isinstance(error, Retry | Refused | ModuleError):
            log.error("review_crashed", exc_info=error)
        await self._carry_out(job, decide(job, error, now(), attempts=self._attempts))

    async def supersede(self, job: Job) -> None:
        await self._notices.supersede(job)
        await self.finish(job, JobState.SUPERSEDED)

    async def cancel(self, job: Job, reason: str) -> None:
        await self._end(job, JobState.CANCELLED, reason)

    async def tell(self, job: Job) -> JobState:
        """Tells of the end that a job has come to before. Raises like the journey."""
        state = job.ending or JobState.FAILED
        await self._notices.end(job, state, job.error or "")
        return state

    async def hand_back(self, job: Job, reason: str = "the server stopped") -> None:
        """The job is free for the next worker at once, or when its lease lapses."""
        try:
            await self._jobs.park(job, self._name, now(), reason)
        except BotError as error:
            log.warning("job_release_failed", reason=str(error))

    async def _carry_out(self, job: Job, decision: Decision) -> None:
        match decision:
            case RetryAt(due, reason, internal):
                log.info("review_deferred", reason=reason, until=due)
                waits = await self._jobs.retry(job, self._name, due, reason)
                await self._tell_wait(job, reason, due, waits=waits and not internal)
            case Defer(due, reason):
                log.info("review_deferred", reason=reason, until=due)
                waits = await self._jobs.park(job, self._name, due, reason)
                await self._tell_wait(job, reason, due, waits=waits)
            case Fail(reason, again):
                log.warning("review_failed", reason=reason)
                await self._end(job, JobState.FAILED, reason, again=again)
            case TellAt(due, state, reason):
                await self._jobs.defer_notice(job, self._name, due, state, reason)
            case Close(state, reason):
                await self.finish(job, state, reason)
            case _:
                assert_never(decision)

    async def _tell_wait(self, job: Job, reason: str, due: datetime, *, waits: bool) -> None:
        if waits and due - now() > WORTH_TELLING:
            await self._notices.wait(job, reason, due)

    async def _end(self, job: Job, state: JobState, reason: str, *, again: bool = False) -> None:
        """Where it can only be told later, nobody is advised to ask again."""
        try:
            await self._notices.end(job, state, reason, again=again)
        except Retry as error:
            await self._carry_out(job, decide_telling(job, state, reason, error, now()))
        else:
            await self.finish(job, state, reason)
