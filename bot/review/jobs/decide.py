"""Decides what becomes of a job whose run ended with an error. Nothing is written or told here."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.errors import DatabaseError, ModuleError, Refused, Retry
from bot.core.jobs import Job, JobState
from bot.core.redaction import redact
from bot.review.jobs.backoff import MAX_JOB_AGE, Jitter, backoff, is_old, named

INTERNAL = "an internal error; the operator finds the details in the log"
TELL_UNTIL = MAX_JOB_AGE + timedelta(days=1)


@dataclass(frozen=True)
class RetryAt:
    """Run the job again at `due`. The run counts as a failure. An `internal` reason, that of a bug, is for
    the operator alone.
    """

    due: datetime
    reason: str
    internal: bool = False


@dataclass(frozen=True)
class Defer:
    """Run the job again at a moment that a server named. The run does not count as a failure."""

    due: datetime
    reason: str


@dataclass(frozen=True)
class Fail:
    """Give the job up and say why. `again` says that asking again can help."""

    reason: str
    again: bool = False


@dataclass(frozen=True)
class TellAt:
    """The job has ended in `state`, and GitHub cannot be told now: tell it at `due`."""

    due: datetime
    state: JobState
    reason: str


@dataclass(frozen=True)
class Close:
    """The job has ended in `state`, and telling GitHub is given up."""

    state: JobState
    reason: str


Decision = RetryAt | Defer | Fail | TellAt | Close


def is_last(job: Job, attempts: int) -> bool:
    """Whether one more failure uses up the attempts. A process that ends is no failure of the job."""
    return job.failures + 1 >= attempts


def decide(
    job: Job, error: BaseException, at: datetime, *, attempts: int, jitter: Jitter = random.uniform
) -> Decision:
    """What becomes of `job`, whose run ended with `error` at the moment `at`."""
    reason = redact(str(error)) or type(error).__name__
    if job.ending:
        return decide_telling(job, job.ending, job.error or reason, error, at, jitter=jitter)
    last = is_last(job, attempts)
    if isinstance(error, Retry) and not is_old(job, at) and (error.after is not None or not last):
        if error.after is None:
            return RetryAt(at + backoff(job, jitter), reason)
        return Defer(at + named(error, jitter), reason)
    if isinstance(error, Retry | Refused | ModuleError):
        return Fail(reason, again=error.passes)
    if last or isinstance(error, DatabaseError):
        return Fail(INTERNAL)
    return RetryAt(at + backoff(job, jitter), reason, internal=True)


def decide_telling(
    job: Job,
    state: JobState,
    reason: str,
    error: BaseException,
    at: datetime,
    *,
    jitter: Jitter = random.uniform,
) -> Decision:
    """What becomes of a job that ended in `state` for `reason`, when telling that failed with `error`."""
    if not isinstance(error, Retry) or at - job.created > TELL_UNTIL:
        return Close(state, reason)
    wait = backoff(job, jitter) if error.after is None else named(error, jitter)
    return TellAt(at + wait, state, reason)
