"""The summary comment while there is no review: each state has its words, the last review stays below."""

from datetime import UTC, datetime

import pytest

from bot.core.jobs import Cause, Task
from bot.core.markdown import MAX_COMMENT
from bot.core.rendering import (
    render_failure,
    render_parked,
    render_placeholder,
    render_summary,
    render_superseded,
    render_withdrawn,
    summary_marker,
)
from tests.core.rendering.samples import HEAD, NEWER, PULL, REF, REPORT, assert_golden

NOON = datetime(2026, 11, 21, 12, 5, tzinfo=UTC)


def test_the_placeholder_names_head_and_cause() -> None:
    command = Task(pull=REF, cause=Cause.COMMAND, actor="ada")

    assert_golden("placeholder.md", render_placeholder(PULL, command))


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words(cause: Cause) -> None:
    assert " because " in render_placeholder(PULL, Task(pull=REF, cause=cause, head=HEAD))


def test_a_failure_says_why_and_what_to_do() -> None:
    assert_golden("failure.md", render_failure(PULL, "the model `x`\nis unknown to @all"))
    assert "Comment `/review` to try again." in render_failure(PULL, "busy", again=True)
    assert "The bot will retry at 21 November 2026, 12:05 UTC" in render_failure(PULL, "busy", retry=NOON)


def test_a_wait_says_until_when() -> None:
    assert_golden("parked.md", render_parked(PULL, "GitHub's rate limit is used up", NOON))


def test_a_stopped_review_names_what_came_instead() -> None:
    assert_golden("superseded.md", render_superseded(PULL, NEWER))
    assert "A newer commit" in render_superseded(PULL, "")


def test_a_review_that_is_not_wanted_any_more_says_why() -> None:
    assert_golden("withdrawn.md", render_withdrawn(PULL, "the pull request was closed"))


def test_the_last_review_stays_below_the_banner_and_banners_do_not_pile_up() -> None:
    review = render_summary(REPORT)
    pushed = Task(pull=REF, cause=Cause.PUSHED, head=NEWER)

    body = render_placeholder(PULL, pushed, review)
    body = render_parked(PULL, "busy", NOON, body)
    body = render_failure(PULL, "gone", previous=body)

    assert_golden("failure-over-review.md", body)
    assert body.count("<!-- code-review-bot:summary -->") == 1
    assert body.count("code-review-bot:status") == 1
    assert review.removeprefix(summary_marker()).strip() in body


def test_a_banner_alone_leaves_nothing_below_the_next() -> None:
    placeholder = render_placeholder(PULL, Task(pull=REF, cause=Cause.OPENED, head=HEAD))

    assert render_failure(PULL, "gone", previous=placeholder) == render_failure(PULL, "gone")
    assert render_failure(PULL, "gone", previous="") == render_failure(PULL, "gone")


def test_a_banner_over_the_longest_review_still_fits() -> None:
    review = f"{summary_marker()}\n" + "word word\n\n" * 5_900

    body = render_failure(PULL, "gone", previous=review)

    assert len(body) <= MAX_COMMENT
    assert body.endswith("exceeds the length limit.*")
