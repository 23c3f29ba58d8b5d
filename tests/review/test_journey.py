"""Where a job leads: to a review, to the reason why there is none, or to nothing."""

import pytest

from bot.core.check import Standing
from bot.core.config.values import Trigger
from bot.core.errors import Retry
from bot.core.jobs import Cause, State
from bot.core.records import Stage
from bot.review.conduct import WAITS
from tests.review.desk import FILES, HEAD, OLDER, PULL, REF, Desk, job, record, task


async def test_a_push_is_announced_reviewed_recorded_and_published(desk: Desk) -> None:
    assert await desk.run(task()) is State.DONE

    assert desk.told == ["announced c0ffee1 pushed", "published"]
    made, posted = desk.memory.saved
    assert (made.stage, posted.stage) == (Stage.MADE, Stage.POSTED)
    assert (posted.head, posted.job, posted.comment) == (HEAD, 1, 7)


async def test_a_review_is_made_as_the_repository_wants_it(desk: Desk) -> None:
    desk.memory.layer = {"language": "German", "model": "llama", "budget.review": 100, "ignore": ("docs/",)}

    await desk.run(task())

    [wish] = desk.reviewer.wishes
    assert (wish.settings.language, wish.model, wish.limits.review) == ("German", "llama", 100)
    assert (wish.patient, wish.fresh, wish.private) == (True, False, False)
    assert desk.told[-1] == f"published {FILES[2]}"


async def test_a_job_that_is_tried_again_goes_on_with_its_budget_and_one_that_starts_anew_does_not(
    desk: Desk,
) -> None:
    first = job(task())
    await desk.journey.run(first, patient=True)
    await desk.journey.run(first.model_copy(update={"attempt": 2}), patient=True)
    await desk.journey.run(first.model_copy(update={"created": first.created.replace(hour=1)}), patient=True)

    names = [wish.job for wish in desk.reviewer.wishes]
    assert names[0] == names[1] != names[2]


async def test_what_is_passed_over_is_told_beside_the_merge_button_and_may_be_asked_for_again(
    desk: Desk,
) -> None:
    desk.github.pull_ = PULL.model_copy(update={"draft": True})

    assert await desk.run(task(Cause.OPENED)) is State.CANCELLED

    [told] = desk.told
    assert told.startswith("skipped: this is a draft")
    assert not desk.reviewer.wishes
    assert not desk.memory.saved


async def test_a_label_that_asks_for_nothing_says_nothing(desk: Desk) -> None:
    assert await desk.run(task(Cause.LABELED, label="bug")) is State.CANCELLED
    assert desk.told == []


async def test_what_was_announced_at_an_earlier_try_is_taken_back(desk: Desk) -> None:
    await desk.run(task(Cause.LABELED, label="bug"), error="the model was away")

    [told] = desk.told
    assert told.startswith("withdrawn: ")


async def test_checks_that_nobody_waits_for_are_not_even_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.github, "pull", None)

    assert await desk.run(task(Cause.CHECKED, suite=5)) is State.DONE


async def test_checks_that_became_green_begin_the_review_that_waits_for_them(desk: Desk) -> None:
    desk.memory.layer = {"on": (Trigger.CHECKS,)}
    desk.github.standing_ = Standing.PENDING
    assert await desk.run(task()) is State.CANCELLED
    assert await desk.run(task(Cause.CHECKED, suite=5)) is State.CANCELLED
    desk.github.standing_ = Standing.GREEN

    assert await desk.run(task(Cause.CHECKED, suite=6)) is State.DONE

    assert desk.told == [f"skipped: {WAITS}", "announced c0ffee1 checked", "published"]


async def test_checks_of_an_older_head_begin_nothing(desk: Desk) -> None:
    desk.memory.layer = {"on": (Trigger.CHECKS,)}
    desk.github.standing_ = Standing.PENDING
    await desk.run(task())
    desk.github.standing_ = Standing.GREEN

    assert await desk.run(task(Cause.CHECKED, head=OLDER)) is State.DONE
    assert not desk.reviewer.wishes


async def test_a_head_that_has_its_review_is_not_reviewed_again(desk: Desk) -> None:
    desk.memory.record = record()

    assert await desk.run(task(Cause.REOPENED)) is State.DONE
    assert desk.told == []


async def test_a_review_that_was_not_wholly_posted_is_made_again(desk: Desk) -> None:
    desk.memory.record = record(stage=Stage.MADE)
    await desk.run(task(Cause.REOPENED))
    desk.memory.record = record(by=1)
    await desk.run(task(Cause.REOPENED))

    assert len(desk.reviewer.wishes) == 2


async def test_a_pull_request_that_was_pointed_at_another_branch_is_reviewed_again(desk: Desk) -> None:
    desk.memory.record = record()

    await desk.run(task(base="next"))

    assert desk.told[-1] == "published"


async def test_a_job_whose_head_is_not_the_newest_has_reviewed_another(desk: Desk) -> None:
    assert await desk.run(task(head=OLDER)) is State.SUPERSEDED
    assert desk.memory.saved[-1].head == HEAD


async def test_the_closing_is_when_it_is_learnt_what_people_made_of_the_findings(desk: Desk) -> None:
    desk.github.pull_ = PULL.model_copy(update={"open": False})

    assert await desk.run(task(Cause.CLOSED)) is State.DONE

    assert desk.memory.learnt == [desk.github.pull_]
    assert desk.told == ["withdrawn: the pull request was closed"]


async def test_a_pull_request_that_was_opened_again_meanwhile_is_left_to_that(desk: Desk) -> None:
    assert await desk.run(task(Cause.CLOSED)) is State.DONE
    assert desk.memory.learnt
    assert desk.told == []


async def test_a_push_to_a_closed_pull_request_is_not_reviewed(desk: Desk) -> None:
    desk.github.pull_ = PULL.model_copy(update={"open": False})

    assert await desk.run(task()) is State.CANCELLED
    assert not desk.reviewer.wishes
    assert not desk.memory.learnt


async def test_a_model_that_is_away_is_the_workers_business(desk: Desk) -> None:
    desk.reviewer.trouble = Retry("the model is away", after=30)

    with pytest.raises(Retry):
        await desk.run(task())
    assert not desk.memory.saved
    assert REF == desk.github.pull_.ref
