"""What triggers a review, and what readers see when nothing does."""

from typing import Any

import pytest

from bot.core.check_run import CombinedStatus
from bot.core.config.values import Trigger
from bot.core.jobs import Cause
from bot.review.policy.triggers import WAITS, SkipDecision
from tests.review.harness import OLDER, PULL, Harness, record, task


async def declined(harness: Harness, cause: Cause, **more: Any) -> SkipDecision | None:
    effective = await harness.memory.of(PULL)
    return await harness.policy.decide(task(cause, **more), harness.github.pull_, effective)


def draft(harness: Harness) -> None:
    harness.github.pull_ = PULL.model_copy(update={"draft": True})


@pytest.mark.parametrize("cause", [Cause.OPENED, Cause.PUSHED, Cause.REOPENED, Cause.READY, Cause.MISSED])
async def test_a_pull_request_is_reviewed_when_it_is_new_or_changed(harness: Harness, cause: Cause) -> None:
    assert await declined(harness, cause) is None


async def test_a_draft_is_passed_over_and_it_is_said_where_to_change_that(harness: Harness) -> None:
    draft(harness)
    harness.memory.layer = {"skip.drafts": True}

    reason = await declined(harness, Cause.OPENED)

    assert reason
    assert reason.is_shown
    assert "a draft" in reason.reason
    assert "skip.drafts in .github/code-review-bot.yml" in reason.reason
    assert not reason.reason.startswith("Not reviewed")
    harness.memory.layer = {"skip.drafts": False}
    assert await declined(harness, Cause.OPENED) is None


async def test_a_paused_pull_request_is_left_alone(harness: Harness) -> None:
    harness.memory.key_values = {"paused acme/shop#3": "mira"}

    decision = SkipDecision(
        reason="paused by mira; /resume turns reviews on again", is_shown=True, cause=Cause.PUSHED
    )

    assert await declined(harness, Cause.PUSHED) == decision
    harness.memory.key_values = {"paused acme/shop#3": ""}
    assert await declined(harness, Cause.PUSHED) is None


async def test_a_label_begins_nothing_unless_it_is_the_one_and_then_nothing_is_told(harness: Harness) -> None:
    reason = await declined(harness, Cause.LABELED, label="bug")
    assert reason
    assert not reason.is_shown

    harness.memory.layer = {"on": (Trigger.LABEL,), "label": "please review"}
    assert await declined(harness, Cause.LABELED, label="bug")
    assert await declined(harness, Cause.LABELED, label="Please review") is None


async def test_whoever_sets_the_label_wants_a_review_of_a_draft_too(harness: Harness) -> None:
    draft(harness)
    harness.memory.layer = {"on": (Trigger.LABEL,), "label": "go"}
    harness.memory.key_values = {"paused acme/shop#3": "mira"}

    assert await declined(harness, Cause.LABELED, label="go") is None
    assert await declined(harness, Cause.PUSHED)


async def test_the_end_of_checks_is_nothing_where_nobody_waits_for_them(harness: Harness) -> None:
    harness.github.standing_ = CombinedStatus.GREEN

    reason = await declined(harness, Cause.CHECKED)

    assert reason
    assert not reason.is_shown


@pytest.mark.parametrize(
    ("combined_status", "begins"),
    [
        (CombinedStatus.GREEN, True),
        (CombinedStatus.NONE, True),
        (CombinedStatus.PENDING, False),
        (CombinedStatus.RED, False),
    ],
)
async def test_a_review_that_waits_for_the_checks_begins_when_they_are_green(
    harness: Harness, combined_status: CombinedStatus, begins: bool
) -> None:
    harness.memory.layer = {"on": (Trigger.CHECKS,)}
    harness.github.standing_ = combined_status

    assert (await declined(harness, Cause.CHECKED) is None) == begins


async def test_a_push_is_told_that_its_review_waits_for_the_checks(harness: Harness) -> None:
    harness.memory.layer = {"on": (Trigger.CHECKS,)}
    harness.github.standing_ = CombinedStatus.PENDING
    assert await declined(harness, Cause.PUSHED) == SkipDecision(
        reason=WAITS, is_shown=True, cause=Cause.PUSHED
    )

    harness.github.standing_ = CombinedStatus.NONE
    assert await declined(harness, Cause.OPENED) == SkipDecision(
        reason=WAITS, is_shown=True, cause=Cause.OPENED
    )

    harness.github.standing_ = CombinedStatus.GREEN
    assert await declined(harness, Cause.READY) is None


async def test_green_checks_review_no_draft(harness: Harness) -> None:
    draft(harness)
    harness.memory.layer = {"on": (Trigger.CHECKS,)}
    harness.github.standing_ = CombinedStatus.GREEN

    assert await declined(harness, Cause.CHECKED)


async def test_a_push_that_came_before_the_opening_was_reviewed_stands_in_for_it(harness: Harness) -> None:
    harness.memory.layer = {"on": (Trigger.OPENED,)}
    assert await declined(harness, Cause.PUSHED) is None

    harness.memory.record = record(OLDER)
    reason = await declined(harness, Cause.PUSHED)
    assert reason
    assert "push" in reason.reason
    assert "on in .github/code-review-bot.yml" in reason.reason


async def test_a_repository_that_is_switched_off_is_left_alone(harness: Harness) -> None:
    harness.memory.layer = {"enabled": False, "on": (Trigger.LABEL, Trigger.OPENED), "label": "go"}

    assert await declined(harness, Cause.OPENED)
    assert await declined(harness, Cause.LABELED, label="go")
