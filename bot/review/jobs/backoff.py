"""How long a job is held, tried, and waited for."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.core.errors import Retry
from bot.core.jobs import Job

LEASE = timedelta(seconds=30)
FIRST_BACKOFF = 5.0  # seconds
LONGEST_BACKOFF = 600.0
MAX_JOB_AGE = timedelta(hours=24)
WORTH_TELLING = timedelta(seconds=20)  # a wait that a reader of the pull request would notice
MAX_CRASHES = 15  # of processes, after which a job is held to be what kills them

Jitter = Callable[[float, float], float]  # a number between two


def now() -> datetime:
    return datetime.now(UTC)


def backoff(job: Job, jitter: Jitter = random.uniform) -> timedelta:
    """Exponential in the failures so far, with full jitter above half; where only its end is to be told, in
    the tries so far.
    """
    tries = job.attempt if job.ending else job.failures
    longest = min(FIRST_BACKOFF * 2 ** min(tries, 20), LONGEST_BACKOFF)
    return timedelta(seconds=longest * jitter(0.5, 1))


def named(error: Retry, jitter: Jitter = random.uniform) -> timedelta:
    """Until the moment that a server named, and up to a second more, so that not all come back at once."""
    return timedelta(seconds=max(error.after or 0.0, 1.0) + jitter(0, 1))


def is_old(job: Job, at: datetime) -> bool:
    """Whether it has been waited for long enough."""
    return at - job.created > MAX_JOB_AGE
