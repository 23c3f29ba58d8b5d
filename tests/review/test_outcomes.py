"""Attempts of a job: failures count, crashes of processes do not, up to their own limit."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.errors import EngineFailure, ModuleError, Refused, Retry
from bot.core.jobs import Cause, Job, JobState, Task
from bot.engine.db.clock import utc_now as now
from bot.review.jobs.backoff import FIRST_BACKOFF, LONGEST_BACKOFF, MAX_CRASHES, backoff
from bot.review.jobs.outcomes import JobOutcomes

NOBODY: Any = None  # nothing of the database or of GitHub is asked here
TASK = Task(pull=PullRef(repository="o/r", number=1), cause=Cause.PUSHED, head="a1")


def job(*, attempt: int, failures: int = 0, age: timedelta = timedelta()) -> Job:
    return Job(
        id=1,
        task=TASK,
        state=JobState.RUNNING,
        attempt=attempt,
        failures=failures,
        due=now(),
        created=now() - age,
        updated=now(),
    )


@pytest.fixture
def outcomes() -> JobOutcomes:
    class Jobs:
        now = staticmethod(now)

    jobs: Any = Jobs()
    return JobOutcomes(jobs, NOBODY, NOBODY, name="w", attempts=5)


def test_a_job_whose_processes_were_killed_waits_no_longer_than_a_new_one() -> None:
    waits = [backoff(job(attempt=9)) for _ in range(50)]

    assert max(waits) <= timedelta(seconds=FIRST_BACKOFF)


def test_waits_grow_with_the_failures_up_to_a_bound() -> None:
    for failures in range(20):
        wait = backoff(job(attempt=failures + 1, failures=failures)).total_seconds()
        longest = min(FIRST_BACKOFF * 2**failures, LONGEST_BACKOFF)

        assert longest / 2 <= wait <= longest


def test_what_cannot_be_told_is_tried_less_and_less_often() -> None:
    told = [job(attempt=attempt).model_copy(update={"ending": JobState.FAILED}) for attempt in (1, 4, 30)]

    assert backoff(told[0]) < backoff(told[1]) < backoff(told[2])
    assert backoff(told[2]) <= timedelta(seconds=LONGEST_BACKOFF)


def test_a_model_is_waited_for_until_the_last_failure_however_often_the_process_was_killed(
    outcomes: JobOutcomes,
) -> None:
    assert outcomes.is_patient(job(attempt=12, failures=3))
    assert not outcomes.is_patient(job(attempt=5, failures=4))
    assert not outcomes.is_patient(job(attempt=1, age=timedelta(hours=25)))


def test_a_job_that_takes_every_process_with_it_is_refused(outcomes: JobOutcomes) -> None:
    outcomes.check(job(attempt=MAX_CRASHES + 1))
    outcomes.check(job(attempt=MAX_CRASHES + 4, failures=4))
    with pytest.raises(Refused, match=f"the server stopped {MAX_CRASHES + 1} times"):
        outcomes.check(job(attempt=MAX_CRASHES + 2))


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (Retry("the database is away"), True),
        (ModuleError("timeout", "m", "not done after 2.0 s"), True),
        (ModuleError("trap", "m", "gave up"), False),
        (ModuleError("refused", "m", "a template is broken"), False),
        (Refused("no permission"), False),
        (EngineFailure("refused", "bad key"), False),
        (ValueError("a bug"), False),
    ],
)
async def test_asking_again_is_advised_only_where_it_can_help(error: Exception, again: bool) -> None:
    told: list[tuple[JobState, bool]] = []

    class Telling:
        async def end(self, job: Job, state: JobState, reason: str, *, again: bool = False) -> None:
            told.append((state, again))

    class Jobs:
        now = staticmethod(now)

        async def finish(self, *_: object) -> bool:
            return False

    listens: Any = Telling()
    jobs: Any = Jobs()
    await JobOutcomes(jobs, listens, NOBODY, name="w", attempts=1).handle_error(job(attempt=1), error)

    assert told == [(JobState.FAILED, again)]


async def test_the_words_of_a_bug_stay_with_the_operator() -> None:
    kept: list[str] = []
    told: list[str] = []

    class Telling:
        async def wait(self, _job: Job, reason: str, _due: object) -> None:
            told.append(reason)

    class Jobs:
        now = staticmethod(now)

        async def retry(self, _job: Job, _worker: str, _due: object, reason: str) -> bool:
            kept.append(reason)
            return True

    listens: Any = Telling()
    jobs: Any = Jobs()
    outcomes = JobOutcomes(jobs, listens, NOBODY, name="w", attempts=9)
    for error in (KeyError("/srv/bot/internals"), Retry("the model is away")):
        await outcomes.handle_error(job(attempt=6, failures=5), error)

    assert kept == ["'/srv/bot/internals'", "the model is away"]
    assert told == ["the model is away"]
