"""Re-running a check makes a review or completes the check again; it always ends."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.check_run import Check, Conclusion
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, JobState, Task
from bot.core.llm.messages import Completion, Exchange, Failure, FailureKind, Usage
from bot.core.missed_deliveries import OpenPull
from bot.core.records import Transcript
from bot.core.review import Coverage, ReviewSettings
from bot.review.jobs.still_wanted import CLOSED
from tests.review.harness import HEAD, OLDER, PULL, REF, REVIEW, Harness, job, record, task

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
AGAIN = task(Cause.RERUN, suite=5)


def check(conclusion: Conclusion | None = Conclusion.SUCCESS) -> Check:
    return Check(name="Code review", conclusion=conclusion, title="Reviewed 3 files", summary="")


def listed(number: int, head: str) -> OpenPull:
    return OpenPull(number=number, head=head, draft=False, by_bot=False, updated=MOMENT)


async def test_a_head_without_a_review_is_reviewed(harness: Harness) -> None:
    assert await harness.run(AGAIN) is JobState.DONE

    assert harness.told == ["announced c0ffee1 rerun", "published"]


@pytest.mark.parametrize("conclusion", [Conclusion.NEUTRAL, Conclusion.FAILURE, Conclusion.SKIPPED, None])
async def test_a_review_that_lacks_something_is_made_again(
    harness: Harness, conclusion: Conclusion | None
) -> None:
    harness.memory.record = record()
    harness.github.checks[HEAD] = check(conclusion)

    await harness.run(AGAIN)

    assert harness.told == ["announced c0ffee1 rerun again", "published"]


@pytest.mark.parametrize(
    ("answer", "later", "fresh"),
    [
        (Completion(text="no JSON", usage=Usage(prompt=1, answer=1), finish="stop", model="m"), False, True),
        (Completion(text="no JSON", usage=Usage(prompt=1, answer=1), finish="stop", model="m"), True, False),
        (Failure(kind=FailureKind.UNAVAILABLE, message="away"), False, False),
    ],
)
async def test_only_answers_that_could_not_be_read_are_asked_for_again(
    harness: Harness, answer: Any, later: bool, fresh: bool
) -> None:
    left_out = Coverage(path="shop/cart.py", reviewed=False, later=later)
    review = REVIEW.model_copy(update={"problems": ("could not be read",), "coverage": (left_out,)})
    harness.memory.record = record(review=review, id=8)
    exchange = Exchange(id="chunk/1", answer=answer)
    settings = ReviewSettings(model=None, templates=())
    harness.memory.transcript_ = Transcript(settings=settings, exchanges=(exchange,), module="m")

    await harness.run(AGAIN)

    assert harness.reviewer.wishes[0].fresh == fresh


async def test_a_whole_review_is_not_made_again_and_its_check_ends(harness: Harness) -> None:
    harness.memory.record = record()
    harness.github.checks[HEAD] = check()

    await harness.run(AGAIN)

    assert harness.told == []
    assert harness.github.ended_again == [HEAD]


async def test_whoever_asks_wants_a_review_of_a_draft_too(harness: Harness) -> None:
    harness.github.pull_ = PULL.model_copy(update={"draft": True})
    harness.github.checks[HEAD] = check(Conclusion.SKIPPED)

    await harness.run(AGAIN)

    assert harness.told[-1] == "published"


@pytest.mark.parametrize(
    ("of", "pull", "title"),
    [
        (AGAIN.model_copy(update={"actor": "eve"}), {}, "Not reviewed: no one with write permission"),
        (AGAIN.model_copy(update={"head": OLDER}), {}, "Superseded by a newer commit"),
        (AGAIN, {"open": False}, f"Not reviewed: {CLOSED}"),
    ],
)
async def test_where_nothing_is_reviewed_the_check_ends_all_the_same(
    harness: Harness, of: Task, pull: dict[str, Any], title: str
) -> None:
    head = of.head or ""
    harness.github.pull_ = PULL.model_copy(update=pull)
    await harness.run(of)
    assert harness.github.checks[head].title.startswith(title)
    assert harness.github.checks[head].conclusion is Conclusion.CANCELLED

    harness.github.checks[head] = check(Conclusion.NEUTRAL)
    await harness.run(of)

    assert harness.github.ended_again == [head]
    assert harness.github.checks[head] == check(Conclusion.NEUTRAL)
    assert not harness.reviewer.wishes


async def test_who_cannot_be_asked_about_is_taken_for_a_reader(harness: Harness) -> None:
    harness.github.permission = Refused("Must have push access")
    harness.github.checks[HEAD] = check()

    assert await harness.run(AGAIN) is JobState.DONE

    assert harness.github.ended_again == [HEAD]


async def test_a_review_that_is_under_way_is_left_to_end_the_check(harness: Harness) -> None:
    harness.memory.heads = [OLDER]
    harness.github.checks[OLDER] = check(None)

    await harness.run(AGAIN.model_copy(update={"head": OLDER}))

    assert harness.github.checks[OLDER] == check(None)


async def test_the_pull_requests_of_a_forks_commit_are_looked_for(harness: Harness) -> None:
    harness.github.listed = [listed(2, OLDER), listed(3, HEAD), listed(8, HEAD)]
    unknown = REF.model_copy(update={"number": 0})

    assert await harness.run(AGAIN.model_copy(update={"pull": unknown})) is JobState.DONE

    assert [(one.pull.number, one.cause, one.head, one.actor) for one in harness.memory.submitted] == [
        (3, Cause.RERUN, HEAD, "mira"),
        (8, Cause.RERUN, HEAD, "mira"),
    ]
    assert not harness.github.checks


async def test_a_commit_of_no_open_pull_request_has_its_check_ended(harness: Harness) -> None:
    unknown = AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": 0})})
    await harness.run(unknown)
    assert "no open pull request" in harness.github.checks[HEAD].title

    harness.github.checks[HEAD] = check()
    await harness.run(unknown)

    assert harness.github.ended_again == [HEAD]
    assert not harness.memory.submitted


async def test_a_rerun_that_fails_is_told_in_the_check(harness: Harness) -> None:
    await harness.notices.end(job(AGAIN), JobState.FAILED, "the model is unknown")

    assert harness.told == ["failed: the model is unknown"]


UNREADABLE = [Refused("403"), Retry("GitHub is unavailable")]


@pytest.mark.parametrize("trouble", UNREADABLE)
@pytest.mark.parametrize("number", [0, 3])
async def test_where_nobody_tells_what_to_review_the_check_ends_as_it_is(
    harness: Harness, trouble: Exception, number: int
) -> None:
    harness.github.trouble = harness.github.unlisted = trouble
    harness.github.checks[HEAD] = check()
    again = AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": number})})

    assert await harness.runner.run(job(again), patient=False) is JobState.DONE

    assert harness.github.ended_again == [HEAD]
    assert harness.github.checks[HEAD] == check()
    assert harness.told == []


async def test_what_may_pass_is_waited_for_before_a_check_ends(harness: Harness) -> None:
    harness.github.trouble = Retry("GitHub is unavailable")
    harness.github.checks[HEAD] = check()

    with pytest.raises(Retry):
        await harness.run(AGAIN)


async def test_those_that_are_found_before_the_list_breaks_off_see_to_the_check(harness: Harness) -> None:
    harness.github.listed = [listed(3, HEAD)]
    harness.github.unlisted = Refused("403")

    assert await harness.run(AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": 0})}))

    assert [one.pull.number for one in harness.memory.submitted] == [3]
    assert not harness.github.checks


@pytest.mark.parametrize("ended", [True, False])
async def test_of_a_commit_without_a_pull_request_the_check_alone_tells(
    harness: Harness, *, ended: bool
) -> None:
    harness.github.checks |= {HEAD: check()} if ended else {}
    unknown = AGAIN.model_copy(update={"pull": REF.model_copy(update={"number": 0})})
    harness.github.trouble = Refused("403")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness.github, "pull", _nowhere)
        await harness.notices.end(job(unknown), JobState.FAILED, "the list cannot be read")

    assert harness.told == []
    assert harness.github.checks[HEAD].conclusion is (Conclusion.SUCCESS if ended else Conclusion.FAILURE)


async def _nowhere(_: Any) -> None:
    raise Refused("403")


@pytest.mark.parametrize(("posted", "stays"), [(True, True), (False, False)])
async def test_a_check_that_github_does_not_show_stays_where_there_is_a_review(
    harness: Harness, *, posted: bool, stays: bool
) -> None:
    async def untold(*_: Any) -> None:
        return None

    harness.memory.record = record() if posted else None
    harness.github.checks[HEAD] = check()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness.github, "end_check_again", untold)
        await harness.run(AGAIN.model_copy(update={"actor": "eve"}))

    assert (harness.github.checks[HEAD] == check()) is stays
