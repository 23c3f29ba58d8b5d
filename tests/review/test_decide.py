"""Decisions about a failed run, as a table: no clock, no database, no GitHub."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.change import PullRef
from bot.core.errors import DatabaseError, ModuleError, Refused, Retry
from bot.core.jobs import Cause, Job, JobState, Task
from bot.review.jobs.backoff import FIRST_BACKOFF, LONGEST_BACKOFF
from bot.review.jobs.decide import INTERNAL, Close, Decision, Defer, Fail, NoticeAt, RetryAt, decide

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
AWAY, NAMED, REFUSED = Retry("away"), Retry("limited", after=90), Refused("no permission")
TRAP, BUG, DATABASE = ModuleError("trap", "m", "gave up"), LookupError("a bug"), DatabaseError("no table")
DAY = timedelta(days=1)


def job(*, failures: int = 0, age: timedelta = timedelta(), ending: JobState | None = None) -> Job:
    return Job(
        id=1,
        task=Task(pull=PullRef(repository="o/r", number=1), cause=Cause.PUSHED, head="a1"),
        state=JobState.RUNNING,
        attempt=failures + 1,
        failures=failures,
        due=AT,
        created=AT - age,
        updated=AT,
        ending=ending,
        error="it had failed" if ending else None,
    )


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("failed", "error", "decision"),
    [
        (job(), AWAY, RetryAt(after(FIRST_BACKOFF), "away")),
        (job(failures=3), AWAY, RetryAt(after(FIRST_BACKOFF * 8), "away")),
        (job(failures=4), AWAY, Fail("away", again=True)),
        (job(age=DAY * 2), AWAY, Fail("away", again=True)),
        (job(), NAMED, Defer(after(91), "limited")),
        (job(failures=4), NAMED, Defer(after(91), "limited")),
        (job(age=DAY * 2), NAMED, Fail("limited", again=True)),
        (job(), REFUSED, Fail("no permission")),
        (job(), TRAP, Fail(str(TRAP))),
        (job(), BUG, RetryAt(after(FIRST_BACKOFF), "a bug", internal=True)),
        (job(failures=4), BUG, Fail(INTERNAL)),
        (job(), DATABASE, Fail(INTERNAL)),
        (job(), LookupError(), RetryAt(after(FIRST_BACKOFF), "LookupError", internal=True)),
        (
            job(ending=JobState.FAILED),
            AWAY,
            NoticeAt(after(FIRST_BACKOFF * 2), JobState.FAILED, "it had failed"),
        ),
        (job(ending=JobState.CANCELLED), NAMED, NoticeAt(after(91), JobState.CANCELLED, "it had failed")),
        (job(ending=JobState.FAILED, age=DAY * 3), AWAY, Close(JobState.FAILED, "it had failed")),
        (job(ending=JobState.FAILED), REFUSED, Close(JobState.FAILED, "it had failed")),
        (job(ending=JobState.FAILED), BUG, Close(JobState.FAILED, "it had failed")),
    ],
)
def test_each_error_has_its_decision(failed: Job, error: Exception, decision: Decision) -> None:
    assert decision == decide(failed, error, AT, attempts=5, jitter=lambda _, most: most)


def test_no_secret_is_in_a_reason() -> None:
    secret = "ghp_" + "a" * 36
    decided = decide(job(), Refused(f"token {secret} is refused"), AT, attempts=5)

    assert isinstance(decided, Fail)
    assert secret not in decided.reason


def test_the_longest_wait_is_bounded() -> None:
    decided = decide(job(failures=40), AWAY, AT, attempts=100, jitter=lambda _, most: most)

    assert RetryAt(after(LONGEST_BACKOFF), "away") == decided
