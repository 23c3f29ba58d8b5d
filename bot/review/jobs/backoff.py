"""Lease length, backoff and age limit of a job."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.errors import Retry
from bot.core.jobs import Job

LEASE = timedelta(seconds=30)
FIRST_BACKOFF = 5.0  # seconds
LONGEST_BACKOFF = 600.0
MAX_JOB_AGE = timedelta(hours=24)
MIN_WAIT_TO_SHOW = timedelta(seconds=20)  # shorter waits are not shown on the pull request
MAX_CRASHES = 15  # processes that end during a job before the job is given up

Jitter = Callable[[float, float], float]  # a number between the two arguments


def backoff(job: Job, jitter: Jitter = random.uniform) -> timedelta:
    """Exponential in the failures so far, with jitter over the upper half; for a job that has ended and only
    waits for its notice, exponential in its attempts.
    """
    count = job.attempt if job.ending else job.failures
    longest = min(FIRST_BACKOFF * 2 ** min(count, 20), LONGEST_BACKOFF)
    return timedelta(seconds=longest * jitter(0.5, 1))


def retry_after(error: Retry, jitter: Jitter = random.uniform) -> timedelta:
    """The wait that a server requested, plus up to a second of jitter."""
    return timedelta(seconds=max(error.after or 0.0, 1.0) + jitter(0, 1))


def is_old(job: Job, at: datetime) -> bool:
    """Whether the job has waited for as long as a job may."""
    return at - job.created > MAX_JOB_AGE
