"""What begins a review by itself, and what is told where none begins."""

from typing import Any

import pytest

from bot.core.check import Standing
from bot.core.config.values import Trigger
from bot.core.jobs import Cause
from bot.review.conduct import WAITS, Declined
from tests.review.desk import OLDER, PULL, Desk, record, task


async def declined(desk: Desk, cause: Cause, **more: Any) -> Declined | None:
    effective = await desk.memory.of(PULL)
    return await desk.conduct.declines(task(cause, **more), desk.github.pull_, effective)


def draft(desk: Desk) -> None:
    desk.github.pull_ = PULL.model_copy(update={"draft": True})


@pytest.mark.parametrize("cause", [Cause.OPENED, Cause.PUSHED, Cause.REOPENED, Cause.READY, Cause.MISSED])
async def test_a_pull_request_is_reviewed_when_it_is_new_or_changed(desk: Desk, cause: Cause) -> None:
    assert await declined(desk, cause) is None


async def test_a_draft_is_passed_over_and_it_is_said_where_to_change_that(desk: Desk) -> None:
    draft(desk)
    desk.memory.layer = {"skip.drafts": True}

    reason = await declined(desk, Cause.OPENED)

    assert reason
    assert reason.told
    assert "a draft" in reason.reason
    assert "skip.drafts in .github/code-review-bot.yml" in reason.reason
    assert not reason.reason.startswith("Not reviewed")
    desk.memory.layer = {"skip.drafts": False}
    assert await declined(desk, Cause.OPENED) is None


async def test_a_paused_pull_request_is_left_alone(desk: Desk) -> None:
    desk.memory.notes = {"paused acme/shop#3": "mira"}

    told = Declined(reason="paused by mira; /resume goes on", told=True, cause=Cause.PUSHED)

    assert await declined(desk, Cause.PUSHED) == told
    desk.memory.notes = {"paused acme/shop#3": ""}
    assert await declined(desk, Cause.PUSHED) is None


async def test_a_label_begins_nothing_unless_it_is_the_one_and_then_nothing_is_told(desk: Desk) -> None:
    reason = await declined(desk, Cause.LABELED, label="bug")
    assert reason
    assert not reason.told

    desk.memory.layer = {"on": (Trigger.LABEL,), "label": "please review"}
    assert await declined(desk, Cause.LABELED, label="bug")
    assert await declined(desk, Cause.LABELED, label="Please review") is None


async def test_whoever_sets_the_label_wants_a_review_of_a_draft_too(desk: Desk) -> None:
    draft(desk)
    desk.memory.layer = {"on": (Trigger.LABEL,), "label": "go"}
    desk.memory.notes = {"paused acme/shop#3": "mira"}

    assert await declined(desk, Cause.LABELED, label="go") is None
    assert await declined(desk, Cause.PUSHED)


async def test_the_end_of_checks_is_nothing_where_nobody_waits_for_them(desk: Desk) -> None:
    desk.github.standing_ = Standing.GREEN

    reason = await declined(desk, Cause.CHECKED)

    assert reason
    assert not reason.told


@pytest.mark.parametrize(
    ("standing", "begins"),
    [(Standing.GREEN, True), (Standing.NONE, True), (Standing.PENDING, False), (Standing.RED, False)],
)
async def test_a_review_that_waits_for_the_checks_begins_when_they_are_green(
    desk: Desk, standing: Standing, begins: bool
) -> None:
    desk.memory.layer = {"on": (Trigger.CHECKS,)}
    desk.github.standing_ = standing

    assert (await declined(desk, Cause.CHECKED) is None) == begins


async def test_a_push_is_told_that_its_review_waits_for_the_checks(desk: Desk) -> None:
    desk.memory.layer = {"on": (Trigger.CHECKS,)}
    desk.github.standing_ = Standing.PENDING
    assert await declined(desk, Cause.PUSHED) == Declined(reason=WAITS, told=True, cause=Cause.PUSHED)

    desk.github.standing_ = Standing.NONE
    assert await declined(desk, Cause.OPENED) == Declined(reason=WAITS, told=True, cause=Cause.OPENED)

    desk.github.standing_ = Standing.GREEN
    assert await declined(desk, Cause.READY) is None


async def test_green_checks_review_no_draft(desk: Desk) -> None:
    draft(desk)
    desk.memory.layer = {"on": (Trigger.CHECKS,)}
    desk.github.standing_ = Standing.GREEN

    assert await declined(desk, Cause.CHECKED)


async def test_a_push_that_came_before_the_opening_was_reviewed_stands_in_for_it(desk: Desk) -> None:
    desk.memory.layer = {"on": (Trigger.OPENED,)}
    assert await declined(desk, Cause.PUSHED) is None

    desk.memory.record = record(OLDER)
    reason = await declined(desk, Cause.PUSHED)
    assert reason
    assert "push" in reason.reason
    assert "on in .github/code-review-bot.yml" in reason.reason


async def test_a_repository_that_is_switched_off_is_left_alone(desk: Desk) -> None:
    desk.memory.layer = {"enabled": False, "on": (Trigger.LABEL, Trigger.OPENED), "label": "go"}

    assert await declined(desk, Cause.OPENED)
    assert await declined(desk, Cause.LABELED, label="go")
