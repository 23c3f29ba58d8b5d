"""Skipped heads are reconsidered when labels, title or state change; others are not."""

from typing import Any

import pytest

from bot.core.check_run import CombinedStatus
from bot.core.config.values import Trigger
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, JobState
from bot.review.jobs.still_wanted import CLOSED
from tests.review.harness import OLDER, PULL, Harness, command, job, record, task

RULES = {"skip.titles": ("WIP*",), "skip.labels": ("no review",)}
REVIEWED = ["announced c0ffee1 {}", "published"]


def pull(harness: Harness, **more: Any) -> None:
    harness.github.pull_ = PULL.model_copy(update=more)


async def passed_over(harness: Harness, cause: Cause = Cause.OPENED, **more: Any) -> None:
    """The head of the pull request has been skipped."""
    harness.memory.layer = RULES | harness.memory.layer
    pull(harness, **more)
    assert await harness.run(task(cause)) is JobState.CANCELLED
    harness.told.clear()


async def test_a_label_that_is_taken_off_begins_the_review(harness: Harness) -> None:
    await passed_over(harness, labels=("no review",))
    pull(harness)

    assert await harness.run(task(Cause.UNLABELED, label="no review")) is JobState.DONE

    assert harness.told == [line.format("unlabeled") for line in REVIEWED]
    assert not any(text for name, text in harness.memory.key_values.items() if name.startswith("passed over"))


async def test_a_title_without_its_mark_begins_the_review(harness: Harness) -> None:
    await passed_over(harness, title="WIP: carts")
    pull(harness)

    await harness.run(task(Cause.RETITLED, title="Carts"))

    assert harness.told == [line.format("retitled") for line in REVIEWED]


async def test_the_check_is_given_the_reason_that_holds_now(harness: Harness) -> None:
    await passed_over(harness, labels=("no review",), title="WIP: carts")
    pull(harness, labels=("no review",))
    await harness.run(task(Cause.RETITLED, title="Carts"))
    [told] = harness.told
    assert told.startswith("skipped: it has the label no review")
    await harness.run(task(Cause.RETITLED, title="Carts 2"))
    assert harness.told == [told]

    pull(harness, labels=("no review",), draft=True)
    await harness.run(task(Cause.DRAFTED))

    assert harness.told[1].startswith("skipped: this is a draft")
    assert not harness.reviewer.wishes


async def test_a_label_that_passes_over_is_told_where_the_check_says_something_else(harness: Harness) -> None:
    harness.memory.layer = {"on": (Trigger.CHECKS,)}
    harness.github.standing_ = CombinedStatus.PENDING
    await passed_over(harness)
    pull(harness, labels=("no review", "bug"))

    await harness.run(task(Cause.LABELED, label="bug"))

    [told] = harness.told
    assert told.startswith("skipped: it has the label no review")
    harness.github.standing_ = CombinedStatus.GREEN
    await harness.run(task(Cause.CHECKED, suite=5))
    assert harness.told == [told]
    assert not harness.reviewer.wishes


async def test_a_label_that_asks_for_nothing_begins_nothing_though_nothing_is_in_the_way(
    harness: Harness,
) -> None:
    await passed_over(harness, labels=("no review",))
    pull(harness)

    assert await harness.run(task(Cause.LABELED, label="bug")) is JobState.CANCELLED
    assert not harness.reviewer.wishes


@pytest.mark.parametrize("cause", [Cause.UNLABELED, Cause.RETITLED, Cause.DRAFTED])
@pytest.mark.parametrize("last", [None, record()])
async def test_of_a_head_that_was_not_passed_over_github_is_not_even_asked(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, cause: Cause, last: Any
) -> None:
    harness.memory.record = last
    monkeypatch.setattr(harness.github, "pull", None)

    assert await harness.run(task(cause, label="x")) is JobState.DONE
    assert harness.told == []


async def test_a_head_that_was_passed_over_and_reviewed_since_is_left_alone(harness: Harness) -> None:
    await passed_over(harness, labels=("no review",))
    await harness.run(command("review"))
    harness.memory.record = record()
    harness.told.clear()
    pull(harness)

    await harness.run(task(Cause.UNLABELED, label="no review"))
    assert harness.told == []

    harness.memory.record = None
    await harness.run(task(Cause.UNLABELED, label="no review"))
    assert harness.told == []


async def test_what_would_not_have_begun_a_review_does_not_begin_one_later(harness: Harness) -> None:
    harness.memory.layer = {"on": (Trigger.PUSH,)}
    await passed_over(harness, labels=("no review",))
    pull(harness)

    await harness.run(task(Cause.UNLABELED, label="no review"))

    [told] = harness.told
    assert told.startswith("skipped: on in ")
    assert not harness.reviewer.wishes


async def test_a_head_that_has_moved_on_meanwhile_is_left_to_its_own_job(harness: Harness) -> None:
    await passed_over(harness, labels=("no review",))
    pull(harness, head=OLDER)

    assert await harness.run(task(Cause.UNLABELED, label="no review")) is JobState.CANCELLED
    assert harness.told == []


async def test_a_draft_that_is_ready_is_reviewed_and_one_that_becomes_one_again_is_not_told_twice(
    harness: Harness,
) -> None:
    await passed_over(harness, draft=True)
    await harness.run(task(Cause.DRAFTED))
    assert harness.told == []
    pull(harness)

    await harness.run(task(Cause.READY))

    assert harness.told == [line.format("ready") for line in REVIEWED]


async def test_a_pull_request_that_is_closed_meanwhile_costs_no_more_and_gets_nothing(
    harness: Harness,
) -> None:
    harness.reviewer.meanwhile = lambda: pull(harness, open=False)

    assert await harness.run(task()) is JobState.CANCELLED

    assert harness.told == ["announced c0ffee1 pushed", f"withdrawn: {CLOSED}"]
    assert harness.reviewer.rounds == 0
    assert not harness.memory.saved


async def test_it_is_looked_at_behind_the_last_answer_too(harness: Harness) -> None:
    looks = iter(("open", "open", "away", "closed", "closed"))

    async def look(ref: Any) -> Any:
        said = next(looks)
        if said == "away":
            raise Retry("GitHub is away")
        return PULL.model_copy(update={"open": said == "open"})

    harness.github.pull = look  # type: ignore[method-assign]

    assert await harness.run(task()) is JobState.CANCELLED
    assert harness.reviewer.rounds == 2
    assert harness.told == ["announced c0ffee1 pushed", f"withdrawn: {CLOSED}"]


@pytest.mark.parametrize("trouble", [Retry("away"), Refused("not permitted")])
async def test_that_github_does_not_answer_is_no_reason_to_stop(harness: Harness, trouble: Exception) -> None:
    def fail() -> None:
        harness.github.trouble = trouble

    harness.reviewer.meanwhile = fail

    assert await harness.run(task()) is JobState.DONE
    assert harness.told[-1] == "published"


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ({"draft": True}, "this is a draft"),
        ({"title": "WIP"}, "its title matches WIP*"),
        ({"labels": ("no review",)}, "it has the label no review"),
    ],
)
async def test_what_is_passed_over_from_now_on_is_told_and_may_come_back(
    harness: Harness, now: dict[str, Any], reason: str
) -> None:
    harness.memory.layer = dict(RULES)
    harness.reviewer.meanwhile = lambda: pull(harness, **now)

    assert await harness.run(task(Cause.READY)) is JobState.CANCELLED

    assert harness.told[0] == "announced c0ffee1 ready"
    assert harness.told[1].startswith(f"skipped: {reason}")
    assert not harness.memory.saved
    harness.reviewer.meanwhile = lambda: None
    pull(harness)
    await harness.run(task(Cause.RETITLED, title="Carts"))
    assert harness.told[2:] == [line.format("retitled") for line in REVIEWED]


async def test_drafts_that_are_wanted_are_reviewed_to_the_end(harness: Harness) -> None:
    harness.memory.layer = {"skip.drafts": False}
    harness.reviewer.meanwhile = lambda: pull(harness, draft=True)

    assert await harness.run(task()) is JobState.DONE
    assert harness.told[-1] == "published"


@pytest.mark.parametrize("now", [{"head": OLDER}, {"base": "next"}])
@pytest.mark.parametrize("of", [task(), command("review"), command("review docs/")])
async def test_another_head_or_branch_is_begun_with_anew(
    harness: Harness, now: dict[str, Any], of: Any
) -> None:
    harness.reviewer.meanwhile = lambda: pull(harness, **now)

    with pytest.raises(Retry, match="changed during its review"):
        await harness.run(of)
    assert harness.told in ([], [f"announced c0ffee1 {of.cause}"])
    assert harness.reviewer.rounds == 0


@pytest.mark.parametrize("words", ["review", "review docs/", "summary"])
async def test_a_command_is_stopped_by_the_closing_as_well(harness: Harness, words: str) -> None:
    harness.reviewer.meanwhile = lambda: pull(harness, open=False)

    await harness.run(command(words))

    assert "published" not in " ".join(harness.told)
    assert harness.told[-1] == f"withdrawn: {CLOSED}"


async def test_a_command_on_a_closed_pull_request_or_a_draft_is_carried_out(harness: Harness) -> None:
    pull(harness, open=False)
    harness.reviewer.meanwhile = lambda: pull(harness, open=False, draft=True)

    await harness.run(command("review"))

    assert harness.told[-1] == "published"


async def test_what_was_opened_again_before_its_closing_was_told_is_begun_with_anew(harness: Harness) -> None:
    states = iter((True, False, True))

    async def look(ref: Any) -> Any:
        return PULL.model_copy(update={"open": next(states)})

    harness.github.pull = look  # type: ignore[method-assign]

    with pytest.raises(Retry, match="was reopened"):
        await harness.run(task())


async def test_whether_a_review_is_in_vain_is_asked_of_github(harness: Harness) -> None:
    assert not await harness.runner.is_over(job(task()))
    pull(harness, open=False)
    assert await harness.runner.is_over(job(task()))
    assert not await harness.runner.is_over(job(command("review")))
    harness.github.trouble = Retry("away")
    assert not await harness.runner.is_over(job(task()))
