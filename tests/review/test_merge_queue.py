"""The merge queue gets the verdict of the pull request's head, or the reason why there is none."""

import pytest

from bot.core.check import Check, Conclusion
from bot.core.errors import Retry
from bot.core.jobs import Cause, State
from bot.review import merge_queue
from bot.review.waits import now
from tests.review.desk import HEAD, PULL, REF, Desk, job, record, task

MERGE = "f00d" * 10
QUEUED = task(Cause.QUEUED, head=MERGE)
GONE = task(Cause.UNQUEUED, head=MERGE)
NEUTRAL = Conclusion.NEUTRAL


def check(conclusion: Conclusion | None) -> Check:
    return Check(
        name="Code review", conclusion=conclusion, title="Reviewed 3 of 3 files", summary="All well."
    )


@pytest.mark.parametrize("conclusion", [one for one in Conclusion if one is not Conclusion.CANCELLED])
async def test_what_was_said_of_the_head_is_repeated(desk: Desk, conclusion: Conclusion) -> None:
    desk.github.checks[HEAD] = check(conclusion)

    assert await desk.run(QUEUED) is State.DONE

    said = desk.github.checks[MERGE]
    assert (said.conclusion, said.title) == (conclusion, "Reviewed 3 of 3 files")
    assert "[`c0ffee1`](https://github.example/acme/shop/commit/" in said.summary
    assert said.summary.endswith("All well.")
    assert not desk.reviewer.wishes
    assert desk.told == []


async def test_a_review_that_was_called_off_does_not_hold_up_the_queue(desk: Desk) -> None:
    desk.github.checks[HEAD] = check(Conclusion.CANCELLED)

    await desk.run(QUEUED)

    assert desk.github.checks[MERGE].conclusion is NEUTRAL


@pytest.mark.parametrize("under_way", ["announced", "waiting"])
async def test_a_review_that_is_under_way_is_waited_for_and_repeated(desk: Desk, under_way: str) -> None:
    desk.memory.heads = [HEAD] if under_way == "announced" else []
    desk.memory.waiting = under_way == "waiting"
    fresh = job(QUEUED).model_copy(update={"created": now()})
    with pytest.raises(Retry) as raised:
        await desk.journey.run(fresh, patient=True)
    assert raised.value.after == merge_queue.POLL
    assert desk.github.checks[MERGE].conclusion is None
    assert "Waits for the review of c0ffee1" in desk.github.checks[MERGE].title
    del desk.github.checks[MERGE]
    with pytest.raises(Retry):
        await desk.journey.run(fresh.model_copy(update={"error": "waits"}), patient=True)
    assert MERGE not in desk.github.checks

    desk.memory.heads, desk.memory.waiting = [], False
    desk.github.checks[HEAD] = check(Conclusion.SUCCESS)
    await desk.journey.run(fresh, patient=True)

    assert desk.github.checks[MERGE].conclusion is Conclusion.SUCCESS


async def test_a_review_that_does_not_end_does_not_hold_up_the_queue(desk: Desk) -> None:
    desk.memory.heads = [HEAD]
    old = job(QUEUED).model_copy(update={"created": now() - merge_queue.PATIENCE})

    await desk.journey.run(old, patient=True)

    said = desk.github.checks[MERGE]
    assert said.conclusion is NEUTRAL
    assert merge_queue.NOT_ENDED in said.title


async def test_without_a_review_the_queue_is_told_so(desk: Desk) -> None:
    await desk.run(QUEUED)
    assert merge_queue.NO_REVIEW in desk.github.checks[MERGE].title
    assert desk.github.checks[MERGE].conclusion is NEUTRAL

    desk.github.checks[HEAD] = check(None)
    await desk.run(QUEUED)
    assert merge_queue.NO_REVIEW in desk.github.checks[MERGE].title

    desk.memory.record = record()
    await desk.run(QUEUED)
    assert merge_queue.NO_CHECK in desk.github.checks[MERGE].title


async def test_a_commit_of_no_pull_request_that_is_named_is_answered(desk: Desk) -> None:
    await desk.run(QUEUED.model_copy(update={"pull": REF.model_copy(update={"number": 0})}))

    assert desk.github.checks[MERGE].conclusion is NEUTRAL
    assert merge_queue.NO_PULL in desk.github.checks[MERGE].title


async def test_what_has_left_the_queue_is_called_off_and_looked_at_no_more(desk: Desk) -> None:
    desk.github.checks[MERGE] = check(None)
    await desk.run(GONE)
    assert desk.github.checks.pop(MERGE).conclusion is Conclusion.CANCELLED

    desk.github.checks[HEAD] = check(Conclusion.SUCCESS)
    await desk.run(QUEUED)
    assert MERGE not in desk.github.checks

    other = "beef" * 10
    await desk.run(task(Cause.QUEUED, head=other))
    assert desk.github.checks[other].conclusion is Conclusion.SUCCESS


async def test_what_was_said_already_stays_when_the_queue_is_left(desk: Desk) -> None:
    desk.github.checks[MERGE] = check(Conclusion.SUCCESS)

    await desk.run(GONE)

    assert desk.github.checks[MERGE].conclusion is Conclusion.SUCCESS


async def test_that_a_queue_was_left_is_forgotten_with_the_closing(desk: Desk) -> None:
    await desk.run(GONE)
    assert MERGE in desk.memory.notes.values()
    desk.github.pull_ = PULL.model_copy(update={"open": False})

    await desk.run(task(Cause.CLOSED))

    assert MERGE not in desk.memory.notes.values()


async def test_what_fails_for_good_is_told_on_the_queues_commit_alone(desk: Desk) -> None:
    desk.memory.heads = [HEAD]
    await desk.telling.end(job(QUEUED), State.FAILED, "the repository is gone")
    await desk.telling.end(job(GONE), State.FAILED, "the repository is gone")
    await desk.telling.wait(job(QUEUED), "a limit", now())

    assert desk.github.checks[MERGE].conclusion is NEUTRAL
    assert "the repository is gone" in desk.github.checks[MERGE].title
    assert desk.told == []
