"""Decides what happens to a job whose run ended with an error. Pure: writes and posts nothing."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.errors import DatabaseError, ModuleError, Refused, Retry
from bot.core.jobs import Job, JobState
from bot.core.redaction import redact
from bot.review.jobs.backoff import MAX_JOB_AGE, Jitter, backoff, is_old, retry_after

INTERNAL = "an internal error; the operator can find the details in the log"
NOTICE_UNTIL = MAX_JOB_AGE + timedelta(days=1)


@dataclass(frozen=True)
class RetryAt:
    """Run the job again at `due`. The run counts as a failure. An `internal` reason is that of a bug and is
    shown to the operator only.
    """

    due: datetime
    reason: str
    internal: bool = False


@dataclass(frozen=True)
class Defer:
    """Run the job again at a time that a server requested. The run does not count as a failure."""

    due: datetime
    reason: str


@dataclass(frozen=True)
class Fail:
    """Fail the job and post the reason. `again`: requesting the review again can help."""

    reason: str
    again: bool = False


@dataclass(frozen=True)
class NoticeAt:
    """The job has ended in `state`, but the notice cannot be posted now: post it at `due`."""

    due: datetime
    state: JobState
    reason: str


@dataclass(frozen=True)
class Close:
    """The job has ended in `state`, and its notice is given up."""

    state: JobState
    reason: str


Decision = RetryAt | Defer | Fail | NoticeAt | Close


def is_last(job: Job, attempts: int) -> bool:
    """Whether one more failure uses up the attempts. A process that ends does not count as a failure."""
    return job.failures + 1 >= attempts


def decide(
    job: Job, error: BaseException, at: datetime, *, attempts: int, jitter: Jitter = random.uniform
) -> Decision:
    """Decides about `job`, whose run ended with `error` at the time `at`."""
    reason = redact(str(error)) or type(error).__name__
    if job.ending:
        return decide_notice(job, job.ending, job.error or reason, error, at, jitter=jitter)
    last = is_last(job, attempts)
    if isinstance(error, Retry) and not is_old(job, at) and (error.after is not None or not last):
        if error.after is None:
            return RetryAt(at + backoff(job, jitter), reason)
        return Defer(at + retry_after(error, jitter), reason)
    if isinstance(error, Retry | Refused | ModuleError):
        return Fail(reason, again=error.passes)
    if last or isinstance(error, DatabaseError):
        return Fail(INTERNAL)
    return RetryAt(at + backoff(job, jitter), reason, internal=True)


def decide_notice(
    job: Job,
    state: JobState,
    reason: str,
    error: BaseException,
    at: datetime,
    *,
    jitter: Jitter = random.uniform,
) -> Decision:
    """Decides about a job that ended in `state` for `reason`, after its notice failed with `error`."""
    if not isinstance(error, Retry) or at - job.created > NOTICE_UNTIL:
        return Close(state, reason)
    wait = backoff(job, jitter) if error.after is None else retry_after(error, jitter)
    return NoticeAt(at + wait, state, reason)
