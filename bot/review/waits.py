"""How long a job is held, tried, and waited for."""

import random
from datetime import UTC, datetime, timedelta

from bot.core.errors import Retry
from bot.core.jobs import Job

LEASE = timedelta(seconds=30)
FIRST_BACKOFF = 5.0  # seconds
LONGEST_BACKOFF = 600.0
GIVE_UP = timedelta(hours=24)
WORTH_TELLING = timedelta(seconds=20)  # a wait that a reader of the pull request would notice
DEATHS = 15  # of processes, after which a job is held to be what kills them


def now() -> datetime:
    return datetime.now(UTC)


def backoff(job: Job) -> timedelta:
    """Exponential in the failures so far; where only its end is to be told, in the tries so far."""
    return _exponential(job.attempt if job.ending else job.failures)


def _exponential(tries: int) -> timedelta:
    """With full jitter above half."""
    longest = min(FIRST_BACKOFF * 2 ** min(tries, 20), LONGEST_BACKOFF)
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - jitter


def named(error: Retry) -> timedelta:
    """Until the moment that somebody named, and a little more, so that not all come back at once."""
    return timedelta(seconds=max(error.after or 0.0, 1.0) + random.uniform(0, 1))  # noqa: S311 - jitter


def is_old(job: Job) -> bool:
    """Whether it has been waited for long enough."""
    return now() - job.created > GIVE_UP
