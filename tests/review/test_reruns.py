"""Somebody asks for the check again: a review is made, or the check is ended once more; it always ends."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.check import Check, Conclusion
from bot.core.errors import Refused, Retry
from bot.core.exchange import Completion, Exchange, Failure, Trouble, Usage
from bot.core.jobs import Cause, State, Task
from bot.core.missed import OpenPull
from bot.core.records import Transcript
from bot.core.review import Coverage, Settings
from bot.review.wanted import CLOSED
from tests.review.desk import HEAD, OLDER, PULL, REF, REVIEW, Desk, job, record, task

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
AGAIN = task(Cause.RERUN, suite=5)


def check(conclusion: Conclusion | None = Conclusion.SUCCESS) -> Check:
    return Check(name="Code review", conclusion=conclusion, title="Reviewed 3 files", summary="")


def listed(number: int, head: str) -> OpenPull:
    return OpenPull(number=number, head=head, draft=False, by_bot=False, updated=MOMENT)


async def test_a_head_without_a_review_is_reviewed(desk: Desk) -> None:
    assert await desk.run(AGAIN) is State.DONE

    assert desk.told == ["announced c0ffee1 rerun", "published"]


@pytest.mark.parametrize("conclusion", [Conclusion.NEUTRAL, Conclusion.FAILURE, Conclusion.SKIPPED, None])
async def test_a_review_that_lacks_something_is_made_again(desk: Desk, conclusion: Conclusion | None) -> None:
    desk.memory.record = record()
    desk.github.checks[HEAD] = check(conclusion)

    await desk.run(AGAIN)

    assert desk.told == ["announced c0ffee1 rerun again", "published"]


@pytest.mark.parametrize(
    ("answer", "later", "fresh"),
    [
        (Completion(text="no JSON", usage=Usage(prompt=1, answer=1), finish="stop", model="m"), False, True),
        (Completion(text="no JSON", usage=Usage(prompt=1, answer=1), finish="stop", model="m"), True, False),
        (Failure(kind=Trouble.UNAVAILABLE, message="away"), False, False),
    ],
)
async def test_only_answers_that_could_not_be_read_are_asked_for_again(
    desk: Desk, answer: Any, later: bool, fresh: bool
) -> None:
    left_out = Coverage(path="shop/cart.py", reviewed=False, later=later)
    review = REVIEW.model_copy(update={"problems": ("could not be read",), "coverage": (left_out,)})
    desk.memory.record = record(review=review, id=8)
    exchange = Exchange(id="chunk/1", answer=answer)
    settings = Settings(model=None, templates=())
    desk.memory.transcript_ = Transcript(settings=settings, exchanges=(exchange,), module="m")

    await desk.run(AGAIN)

    assert desk.reviewer.wishes[0].fresh == fresh


async def test_a_whole_review_is_not_made_again_and_its_check_ends(desk: Desk) -> None:
    desk.memory.record = record()
    desk.github.checks[HEAD] = check()

    await desk.run(AGAIN)

    assert desk.told == []
    assert desk.github.ended_again == [HEAD]


async def test_whoever_asks_wants_a_review_of_a_draft_too(desk: Desk) -> None:
    desk.github.pull_ = PULL.model_copy(update={"draft": True})
    desk.github.checks[HEAD] = check(Conclusion.SKIPPED)

    await desk.run(AGAIN)

    assert desk.told[-1] == "published"


@pytest.mark.parametrize(
    ("of", "pull", "title"),
    [
        (AGAIN.model_copy(update={"actor": "eve"}), {}, "Not reviewed: nobody who may write"),
        (AGAIN.model_copy(update={"head": OLDER}), {}, "Superseded by a newer commit"),
        (AGAIN, {"open": False}, f"Not reviewed: {CLOSED}"),
    ],
)
async def test_where_nothing_is_reviewed_the_check_ends_all_the_same(
    desk: Desk, of: Task, pull: dict[str, Any], title: str
) -> None:
    head = of.head or ""
    desk.github.pull_ = PULL.model_copy(update=pull)
    await desk.run(of)
    assert desk.github.checks[head].title.startswith(title)
    assert desk.github.checks[head].conclusion is Conclusion.CANCELLED

    desk.github.checks[head] = check(Conclusion.NEUTRAL)
    await desk.run(of)

    assert desk.github.ended_again == [head]
    assert desk.github.checks[head] == check(Conclusion.NEUTRAL)
    assert not desk.reviewer.wishes


async def test_who_cannot_be_asked_about_is_taken_for_a_reader(desk: Desk) -> None:
    desk.github.permission = Refused("Must have push access")
    desk.github.checks[HEAD] = check()

    assert await desk.run(AGAIN) is State.DONE

    assert desk.github.ended_again == [HEAD]


async def test_a_review_that_is_under_way_is_left_to_end_the_check(desk: Desk) -> None:
    desk.memory.heads = [OLDER]
    desk.github.checks[OLDER] = check(None)

    await desk.run(AGAIN.model_copy(update={"head": OLDER}))

    assert desk.github.checks[OLDER] == check(None)


async def test_the_pull_requests_of_a_forks_commit_are_looked_for(desk: Desk) -> None:
    desk.github.listed = [listed(2, OLDER), listed(3, HEAD), listed(8, HEAD)]
    unknown = REF.model_copy(update={"number": 0})

    assert await desk.run(AGAIN.model_copy(update={"pull": unknown})) is State.DONE

    assert [(one.pull.number, one.cause, one.head, one.actor) for one in desk.memory.submitted] == [
        (3, Cause.RERUN, HEAD, "mira"),
        (8, Cause.RERUN, HEAD, "mira"),
    ]
    assert not desk.github.checks


async def test_a_commit_of_no_open_pull_request_has_its_check_ended(desk: Desk) -> None:
    unknown = AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": 0})})
    await desk.run(unknown)
    assert "no open pull request" in desk.github.checks[HEAD].title

    desk.github.checks[HEAD] = check()
    await desk.run(unknown)

    assert desk.github.ended_again == [HEAD]
    assert not desk.memory.submitted


async def test_a_rerun_that_fails_is_told_in_the_check(desk: Desk) -> None:
    await desk.telling.end(job(AGAIN), State.FAILED, "the model is unknown")

    assert desk.told == ["failed: the model is unknown"]


UNREADABLE = [Refused("403"), Retry("GitHub is unwell")]


@pytest.mark.parametrize("trouble", UNREADABLE)
@pytest.mark.parametrize("number", [0, 3])
async def test_where_nobody_tells_what_to_review_the_check_ends_as_it_is(
    desk: Desk, trouble: Exception, number: int
) -> None:
    desk.github.trouble = desk.github.unlisted = trouble
    desk.github.checks[HEAD] = check()
    again = AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": number})})

    assert await desk.journey.run(job(again), patient=False) is State.DONE

    assert desk.github.ended_again == [HEAD]
    assert desk.github.checks[HEAD] == check()
    assert desk.told == []


async def test_what_may_pass_is_waited_for_before_a_check_ends(desk: Desk) -> None:
    desk.github.trouble = Retry("GitHub is unwell")
    desk.github.checks[HEAD] = check()

    with pytest.raises(Retry):
        await desk.run(AGAIN)


async def test_those_that_are_found_before_the_list_breaks_off_see_to_the_check(desk: Desk) -> None:
    desk.github.listed = [listed(3, HEAD)]
    desk.github.unlisted = Refused("403")

    assert await desk.run(AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": 0})}))

    assert [one.pull.number for one in desk.memory.submitted] == [3]
    assert not desk.github.checks


@pytest.mark.parametrize("ended", [True, False])
async def test_of_a_commit_without_a_pull_request_the_check_alone_tells(desk: Desk, *, ended: bool) -> None:
    desk.github.checks |= {HEAD: check()} if ended else {}
    unknown = AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": 0})})
    desk.github.trouble = Refused("403")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.github, "pull", _nowhere)
        await desk.telling.end(job(unknown), State.FAILED, "the list cannot be read")

    assert desk.told == []
    assert desk.github.checks[HEAD].conclusion is (Conclusion.SUCCESS if ended else Conclusion.FAILURE)


async def _nowhere(_: Any) -> None:
    raise Refused("403")


@pytest.mark.parametrize(("posted", "stays"), [(True, True), (False, False)])
async def test_a_check_that_github_does_not_show_stays_where_there_is_a_review(
    desk: Desk, *, posted: bool, stays: bool
) -> None:
    async def untold(*_: Any) -> None:
        return None

    desk.memory.record = record() if posted else None
    desk.github.checks[HEAD] = check()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.github, "end_check_again", untold)
        await desk.run(AGAIN.model_copy(update={"actor": "eve"}))

    assert (desk.github.checks[HEAD] == check()) is stays
