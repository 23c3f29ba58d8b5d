"""How a run of a job ends: finished, put off, given up, stopped; written down, and told on GitHub.

What is to be told is told before the job ends. Where GitHub cannot be reached for it, the job stays until
it can: a placeholder never stands for ever.
"""

from datetime import timedelta

import structlog

from bot.core.errors import ModuleError, Refused, Retry
from bot.core.jobs import Job, State
from bot.core.redaction import redact
from bot.review.ports import Jobs, Meter
from bot.review.telling import Telling
from bot.review.waits import DEATHS, GIVE_UP, WORTH_TELLING, backoff, is_old, named, now

log = structlog.get_logger()

INTERNAL = "an internal error; the operator finds the details in the log"


class Endings:
    """`name` is the worker whose jobs these are, `attempts` how often a job is tried."""

    def __init__(self, jobs: Jobs, telling: Telling, meter: Meter, *, name: str, attempts: int) -> None:
        self._jobs = jobs
        self._telling = telling
        self._meter = meter
        self._name = name
        self._attempts = attempts

    def is_patient(self, job: Job) -> bool:
        """Whether a model that is away is waited for; in the end a review is made without it."""
        return not self._is_last(job) and not is_old(job)

    def check(self, job: Job) -> None:
        """Raises `Refused` for a job that takes every process with it that works on it."""
        deaths = job.attempt - 1 - job.failures
        if deaths > DEATHS:
            raise Refused(f"the server ended {deaths} times while it worked on this review")

    async def finish(self, job: Job, state: State, error: str | None = None) -> None:
        if await self._jobs.finish(job, self._name, state, error):
            self._meter.job(state)

    async def mend(self, job: Job, error: BaseException) -> None:
        """Tries again where that helps; otherwise says on the pull request that it failed, and why."""
        reason = redact(str(error)) or type(error).__name__
        if job.ending:
            await self._tell_later(job, job.ending, job.error or reason, error)
        elif isinstance(error, Retry) and self._may_wait(job, error):
            await self._later(job, error, reason)
        elif isinstance(error, Retry | Refused | ModuleError):
            await self._give_up(job, reason, again=error.passes)
        else:
            log.error("a bug stopped a review", exc_info=error)
            if not self._is_last(job):
                await self._jobs.retry(job, self._name, now() + backoff(job), reason)
            else:
                await self._give_up(job, INTERNAL)

    async def supersede(self, job: Job) -> None:
        await self._telling.supersede(job)
        await self.finish(job, State.SUPERSEDED)

    async def cancel(self, job: Job, reason: str) -> None:
        await self._end(job, State.CANCELLED, reason)

    async def tell(self, job: Job) -> State:
        """Tells of the end that a job has come to before. Raises like the journey."""
        state = job.ending or State.FAILED
        await self._telling.end(job, state, job.error or "")
        return state

    async def hand_back(self, job: Job) -> None:
        """The server stops: the job is free for the next one at once, or when its lease lapses."""
        try:
            await self._jobs.park(job, self._name, now(), "the server stopped")
        except Retry as error:
            log.warning("a job could not be handed back", reason=str(error))

    def _may_wait(self, job: Job, error: Retry) -> bool:
        return not is_old(job) and (error.after is not None or not self._is_last(job))

    def _is_last(self, job: Job) -> bool:
        """Whether this failure would be one too many. A process that ends is no failure of the job's."""
        return job.failures + 1 >= self._attempts

    async def _later(self, job: Job, error: Retry, reason: str) -> None:
        """A moment that somebody named is waited for; otherwise the waits grow."""
        log.info("a review waits", reason=reason, after=error.after)
        if error.after is None:
            due = now() + backoff(job)
            waits = await self._jobs.retry(job, self._name, due, reason)
        else:
            due = now() + named(error)
            waits = await self._jobs.park(job, self._name, due, reason)
        if waits and due - now() > WORTH_TELLING:
            await self._telling.wait(job, reason, due)

    async def _give_up(self, job: Job, reason: str, *, again: bool = False) -> None:
        log.warning("a review failed", reason=reason)
        await self._end(job, State.FAILED, reason, again=again)

    async def _end(self, job: Job, state: State, reason: str, *, again: bool = False) -> None:
        """Where it can only be told later, nobody is advised to ask again."""
        try:
            await self._telling.end(job, state, reason, again=again)
        except Retry as error:
            await self._tell_later(job, state, reason, error)
        else:
            await self.finish(job, state, reason)

    async def _tell_later(self, job: Job, state: State, reason: str, error: BaseException) -> None:
        """GitHub cannot be told now. After a day of trying nobody waits for it any more."""
        if not isinstance(error, Retry):
            log.error("the end of a job cannot be told", exc_info=error)
        if not isinstance(error, Retry) or now() - job.created > GIVE_UP + timedelta(days=1):
            await self.finish(job, state, reason)
            return
        wait = named(error) if error.after is not None else backoff(job)
        await self._jobs.owe(job, self._name, now() + wait, state, reason)
