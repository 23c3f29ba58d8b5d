"""The merge queue gets the conclusion of the pull request's head, or the reason why there is none."""

import pytest

from bot.core.check_run import Check, Conclusion
from bot.core.errors import Retry
from bot.core.jobs import Cause, JobState
from bot.engine.db.clock import utc_now as now
from bot.review.jobs import merge_queue
from tests.review.harness import HEAD, PULL, REF, Harness, job, record, task

MERGE = "f00d" * 10
QUEUED = task(Cause.QUEUED, head=MERGE)
GONE = task(Cause.UNQUEUED, head=MERGE)
NEUTRAL = Conclusion.NEUTRAL


def check(conclusion: Conclusion | None) -> Check:
    return Check(
        name="Code review", conclusion=conclusion, title="Reviewed 3 of 3 files", summary="All well."
    )


@pytest.mark.parametrize("conclusion", [one for one in Conclusion if one is not Conclusion.CANCELLED])
async def test_what_was_said_of_the_head_is_repeated(harness: Harness, conclusion: Conclusion) -> None:
    harness.github.checks[HEAD] = check(conclusion)

    assert await harness.run(QUEUED) is JobState.DONE

    said = harness.github.checks[MERGE]
    assert (said.conclusion, said.title) == (conclusion, "Reviewed 3 of 3 files")
    assert "[`c0ffee1`](https://github.example/acme/shop/commit/" in said.summary
    assert said.summary.endswith("All well.")
    assert not harness.reviewer.wishes
    assert harness.told == []


async def test_a_review_that_was_called_off_does_not_hold_up_the_queue(harness: Harness) -> None:
    harness.github.checks[HEAD] = check(Conclusion.CANCELLED)

    await harness.run(QUEUED)

    assert harness.github.checks[MERGE].conclusion is NEUTRAL


@pytest.mark.parametrize("under_way", ["announced", "waiting"])
async def test_a_review_that_is_under_way_is_waited_for_and_repeated(
    harness: Harness, under_way: str
) -> None:
    harness.memory.heads = [HEAD] if under_way == "announced" else []
    harness.memory.waiting = under_way == "waiting"
    fresh = job(QUEUED).model_copy(update={"created": now()})
    with pytest.raises(Retry) as raised:
        await harness.runner.run(fresh, patient=True)
    assert raised.value.after == merge_queue.POLL
    assert harness.github.checks[MERGE].conclusion is None
    assert "Waiting for the review of c0ffee1" in harness.github.checks[MERGE].title
    del harness.github.checks[MERGE]
    with pytest.raises(Retry):
        await harness.runner.run(fresh.model_copy(update={"error": "waits"}), patient=True)
    assert MERGE not in harness.github.checks

    harness.memory.heads, harness.memory.waiting = [], False
    harness.github.checks[HEAD] = check(Conclusion.SUCCESS)
    await harness.runner.run(fresh, patient=True)

    assert harness.github.checks[MERGE].conclusion is Conclusion.SUCCESS


async def test_a_review_that_does_not_end_does_not_hold_up_the_queue(harness: Harness) -> None:
    harness.memory.heads = [HEAD]
    old = job(QUEUED).model_copy(update={"created": now() - merge_queue.PATIENCE})

    await harness.runner.run(old, patient=True)

    said = harness.github.checks[MERGE]
    assert said.conclusion is NEUTRAL
    assert merge_queue.NOT_ENDED in said.title


async def test_without_a_review_the_queue_is_told_so(harness: Harness) -> None:
    await harness.run(QUEUED)
    assert merge_queue.NO_REVIEW in harness.github.checks[MERGE].title
    assert harness.github.checks[MERGE].conclusion is NEUTRAL

    harness.github.checks[HEAD] = check(None)
    await harness.run(QUEUED)
    assert merge_queue.NO_REVIEW in harness.github.checks[MERGE].title

    harness.memory.record = record()
    await harness.run(QUEUED)
    assert merge_queue.NO_CHECK in harness.github.checks[MERGE].title


async def test_a_commit_of_no_pull_request_that_is_named_is_answered(harness: Harness) -> None:
    await harness.run(QUEUED.model_copy(update={"pull": REF.model_copy(update={"number": 0})}))

    assert harness.github.checks[MERGE].conclusion is NEUTRAL
    assert merge_queue.NO_PULL in harness.github.checks[MERGE].title


async def test_what_has_left_the_queue_is_called_off_and_looked_at_no_more(harness: Harness) -> None:
    harness.github.checks[MERGE] = check(None)
    await harness.run(GONE)
    assert harness.github.checks.pop(MERGE).conclusion is Conclusion.CANCELLED

    harness.github.checks[HEAD] = check(Conclusion.SUCCESS)
    await harness.run(QUEUED)
    assert MERGE not in harness.github.checks

    other = "beef" * 10
    await harness.run(task(Cause.QUEUED, head=other))
    assert harness.github.checks[other].conclusion is Conclusion.SUCCESS


async def test_what_was_said_already_stays_when_the_queue_is_left(harness: Harness) -> None:
    harness.github.checks[MERGE] = check(Conclusion.SUCCESS)

    await harness.run(GONE)

    assert harness.github.checks[MERGE].conclusion is Conclusion.SUCCESS


async def test_that_a_queue_was_left_is_forgotten_with_the_closing(harness: Harness) -> None:
    await harness.run(GONE)
    assert MERGE in harness.memory.key_values.values()
    harness.github.pull_ = PULL.model_copy(update={"open": False})

    await harness.run(task(Cause.CLOSED))

    assert MERGE not in harness.memory.key_values.values()


async def test_what_fails_for_good_is_told_on_the_queues_commit_alone(harness: Harness) -> None:
    harness.memory.heads = [HEAD]
    await harness.notices.end(job(QUEUED), JobState.FAILED, "the repository is gone")
    await harness.notices.end(job(GONE), JobState.FAILED, "the repository is gone")
    await harness.notices.wait(job(QUEUED), "a limit", now())

    assert harness.github.checks[MERGE].conclusion is NEUTRAL
    assert "the repository is gone" in harness.github.checks[MERGE].title
    assert harness.told == []
