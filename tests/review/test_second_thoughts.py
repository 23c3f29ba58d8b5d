"""Heads that were passed over are looked at again when labels, title or state change; others are not."""

from typing import Any

import pytest

from bot.core.check import Standing
from bot.core.config.values import Trigger
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, State
from bot.review.wanted import CLOSED
from tests.review.desk import OLDER, PULL, Desk, command, job, record, task

RULES = {"skip.titles": ("WIP*",), "skip.labels": ("no review",)}
REVIEWED = ["announced c0ffee1 {}", "published"]


def pull(desk: Desk, **more: Any) -> None:
    desk.github.pull_ = PULL.model_copy(update=more)


async def passed_over(desk: Desk, cause: Cause = Cause.OPENED, **more: Any) -> None:
    """The desk has passed the pull over."""
    desk.memory.layer = RULES | desk.memory.layer
    pull(desk, **more)
    assert await desk.run(task(cause)) is State.CANCELLED
    desk.told.clear()


async def test_a_label_that_is_taken_off_begins_the_review(desk: Desk) -> None:
    await passed_over(desk, labels=("no review",))
    pull(desk)

    assert await desk.run(task(Cause.UNLABELED, label="no review")) is State.DONE

    assert desk.told == [line.format("unlabeled") for line in REVIEWED]
    assert not any(text for name, text in desk.memory.notes.items() if name.startswith("passed over"))


async def test_a_title_without_its_mark_begins_the_review(desk: Desk) -> None:
    await passed_over(desk, title="WIP: carts")
    pull(desk)

    await desk.run(task(Cause.RETITLED, title="Carts"))

    assert desk.told == [line.format("retitled") for line in REVIEWED]


async def test_the_check_is_given_the_reason_that_holds_now(desk: Desk) -> None:
    await passed_over(desk, labels=("no review",), title="WIP: carts")
    pull(desk, labels=("no review",))
    await desk.run(task(Cause.RETITLED, title="Carts"))
    [told] = desk.told
    assert told.startswith("skipped: it has the label no review")
    await desk.run(task(Cause.RETITLED, title="Carts 2"))
    assert desk.told == [told]

    pull(desk, labels=("no review",), draft=True)
    await desk.run(task(Cause.DRAFTED))

    assert desk.told[1].startswith("skipped: this is a draft")
    assert not desk.reviewer.wishes


async def test_a_label_that_passes_over_is_told_where_the_check_says_something_else(desk: Desk) -> None:
    desk.memory.layer = {"on": (Trigger.CHECKS,)}
    desk.github.standing_ = Standing.PENDING
    await passed_over(desk)
    pull(desk, labels=("no review", "bug"))

    await desk.run(task(Cause.LABELED, label="bug"))

    [told] = desk.told
    assert told.startswith("skipped: it has the label no review")
    desk.github.standing_ = Standing.GREEN
    await desk.run(task(Cause.CHECKED, suite=5))
    assert desk.told == [told]
    assert not desk.reviewer.wishes


async def test_a_label_that_asks_for_nothing_begins_nothing_though_nothing_is_in_the_way(desk: Desk) -> None:
    await passed_over(desk, labels=("no review",))
    pull(desk)

    assert await desk.run(task(Cause.LABELED, label="bug")) is State.CANCELLED
    assert not desk.reviewer.wishes


@pytest.mark.parametrize("cause", [Cause.UNLABELED, Cause.RETITLED, Cause.DRAFTED])
@pytest.mark.parametrize("last", [None, record()])
async def test_of_a_head_that_was_not_passed_over_github_is_not_even_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, cause: Cause, last: Any
) -> None:
    desk.memory.record = last
    monkeypatch.setattr(desk.github, "pull", None)

    assert await desk.run(task(cause, label="x")) is State.DONE
    assert desk.told == []


async def test_a_head_that_was_passed_over_and_reviewed_since_is_left_alone(desk: Desk) -> None:
    await passed_over(desk, labels=("no review",))
    await desk.run(command("review"))
    desk.memory.record = record()
    desk.told.clear()
    pull(desk)

    await desk.run(task(Cause.UNLABELED, label="no review"))
    assert desk.told == []

    desk.memory.record = None
    await desk.run(task(Cause.UNLABELED, label="no review"))
    assert desk.told == []


async def test_what_would_not_have_begun_a_review_does_not_begin_one_later(desk: Desk) -> None:
    desk.memory.layer = {"on": (Trigger.PUSH,)}
    await passed_over(desk, labels=("no review",))
    pull(desk)

    await desk.run(task(Cause.UNLABELED, label="no review"))

    [told] = desk.told
    assert told.startswith("skipped: on in ")
    assert not desk.reviewer.wishes


async def test_a_head_that_has_moved_on_meanwhile_is_left_to_its_own_job(desk: Desk) -> None:
    await passed_over(desk, labels=("no review",))
    pull(desk, head=OLDER)

    assert await desk.run(task(Cause.UNLABELED, label="no review")) is State.CANCELLED
    assert desk.told == []


async def test_a_draft_that_is_ready_is_reviewed_and_one_that_becomes_one_again_is_not_told_twice(
    desk: Desk,
) -> None:
    await passed_over(desk, draft=True)
    await desk.run(task(Cause.DRAFTED))
    assert desk.told == []
    pull(desk)

    await desk.run(task(Cause.READY))

    assert desk.told == [line.format("ready") for line in REVIEWED]


async def test_a_pull_request_that_is_closed_meanwhile_costs_no_more_and_gets_nothing(desk: Desk) -> None:
    desk.reviewer.meanwhile = lambda: pull(desk, open=False)

    assert await desk.run(task()) is State.CANCELLED

    assert desk.told == ["announced c0ffee1 pushed", f"withdrawn: {CLOSED}"]
    assert desk.reviewer.rounds == 0
    assert not desk.memory.saved


async def test_it_is_looked_at_behind_the_last_answer_too(desk: Desk) -> None:
    looks = iter(("open", "open", "away", "closed", "closed"))

    async def look(ref: Any) -> Any:
        said = next(looks)
        if said == "away":
            raise Retry("GitHub is away")
        return PULL.model_copy(update={"open": said == "open"})

    desk.github.pull = look  # type: ignore[method-assign]

    assert await desk.run(task()) is State.CANCELLED
    assert desk.reviewer.rounds == 2
    assert desk.told == ["announced c0ffee1 pushed", f"withdrawn: {CLOSED}"]


@pytest.mark.parametrize("trouble", [Retry("away"), Refused("not permitted")])
async def test_that_github_does_not_answer_is_no_reason_to_stop(desk: Desk, trouble: Exception) -> None:
    def fail() -> None:
        desk.github.trouble = trouble

    desk.reviewer.meanwhile = fail

    assert await desk.run(task()) is State.DONE
    assert desk.told[-1] == "published"


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ({"draft": True}, "this is a draft"),
        ({"title": "WIP"}, "its title fits WIP*"),
        ({"labels": ("no review",)}, "it has the label no review"),
    ],
)
async def test_what_is_passed_over_from_now_on_is_told_and_may_come_back(
    desk: Desk, now: dict[str, Any], reason: str
) -> None:
    desk.memory.layer = dict(RULES)
    desk.reviewer.meanwhile = lambda: pull(desk, **now)

    assert await desk.run(task(Cause.READY)) is State.CANCELLED

    assert desk.told[0] == "announced c0ffee1 ready"
    assert desk.told[1].startswith(f"skipped: {reason}")
    assert not desk.memory.saved
    desk.reviewer.meanwhile = lambda: None
    pull(desk)
    await desk.run(task(Cause.RETITLED, title="Carts"))
    assert desk.told[2:] == [line.format("retitled") for line in REVIEWED]


async def test_drafts_that_are_wanted_are_reviewed_to_the_end(desk: Desk) -> None:
    desk.memory.layer = {"skip.drafts": False}
    desk.reviewer.meanwhile = lambda: pull(desk, draft=True)

    assert await desk.run(task()) is State.DONE
    assert desk.told[-1] == "published"


@pytest.mark.parametrize("now", [{"head": OLDER}, {"base": "next"}])
@pytest.mark.parametrize("of", [task(), command("review"), command("review docs/")])
async def test_another_head_or_branch_is_begun_with_anew(desk: Desk, now: dict[str, Any], of: Any) -> None:
    desk.reviewer.meanwhile = lambda: pull(desk, **now)

    with pytest.raises(Retry, match="has changed while it was reviewed"):
        await desk.run(of)
    assert desk.told in ([], [f"announced c0ffee1 {of.cause}"])
    assert desk.reviewer.rounds == 0


@pytest.mark.parametrize("words", ["review", "review docs/", "summary"])
async def test_a_command_is_stopped_by_the_closing_as_well(desk: Desk, words: str) -> None:
    desk.reviewer.meanwhile = lambda: pull(desk, open=False)

    await desk.run(command(words))

    assert "published" not in " ".join(desk.told)
    assert desk.told[-1] == f"withdrawn: {CLOSED}"


async def test_a_command_on_a_closed_pull_request_or_a_draft_is_carried_out(desk: Desk) -> None:
    pull(desk, open=False)
    desk.reviewer.meanwhile = lambda: pull(desk, open=False, draft=True)

    await desk.run(command("review"))

    assert desk.told[-1] == "published"


async def test_what_was_opened_again_before_its_closing_was_told_is_begun_with_anew(desk: Desk) -> None:
    states = iter((True, False, True))

    async def look(ref: Any) -> Any:
        return PULL.model_copy(update={"open": next(states)})

    desk.github.pull = look  # type: ignore[method-assign]

    with pytest.raises(Retry, match="was opened again"):
        await desk.run(task())


async def test_whether_a_review_is_in_vain_is_asked_of_github(desk: Desk) -> None:
    assert not await desk.journey.is_over(job(task()))
    pull(desk, open=False)
    assert await desk.journey.is_over(job(task()))
    assert not await desk.journey.is_over(job(command("review")))
    desk.github.trouble = Retry("away")
    assert not await desk.journey.is_over(job(task()))
