"""Reviews with inline comments: an invalid line does not lose the others, and nothing is posted twice."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.comments.comment import InlineComment, MarkedText
from bot.core.errors import Refused, Retry
from bot.core.review import Side
from github_simulator import Call, Dropped, Moment
from github_simulator.api.refusals import unprocessable
from github_simulator.control_requests import BeginReview
from tests.github.scene import INLINE, REVIEWS, Scene

DISMISSALS = f"{REVIEWS}/{{review_id}}/dismissals"

MARKER = "<!-- code-review-bot:review -->"
BODY = f"{MARKER}\nThree remarks"
TEXT = MarkedText(MARKER, BODY)


def on(line: int, end: int | None = None, side: Side = Side.RIGHT, body: str = "why?") -> InlineComment:
    return InlineComment(path="shop/api.py", line=line, end=end or line, side=side, body=body)


GOOD = (on(11), on(11, 13, body="both"), on(11, side=Side.LEFT, body="was better"))
BAD = (on(500, body="off the diff"), on(11).model_copy(update={"path": "no/such.py"}))


async def put(town: Scene, ref: PullRef, comments: Sequence[InlineComment]) -> Sequence[InlineComment]:
    """Posts a review; returns what GitHub refused."""
    return [*(await town.forge.put_review(ref, town.posted()["head"], TEXT, comments)).refused]


def shown(town: Scene) -> list[tuple[str, int | None, str, str]]:
    return sorted((one["path"], one["line"], one["side"], one["body"]) for one in town.posted()["inline"])


GOOD_SHOWN: list[tuple[str, int | None, str, str]] = [
    ("shop/api.py", 11, "LEFT", "was better"),
    ("shop/api.py", 11, "RIGHT", "why?"),
    ("shop/api.py", 13, "RIGHT", "both"),
]


def reviews(town: Scene) -> list[str]:
    return [review["body"] for review in town.posted()["reviews"] if review["body"]]


async def test_a_review_is_submitted_once(town: Scene) -> None:
    ref = await town.open()
    assert await put(town, ref, GOOD) == []
    assert not await put(town, ref, GOOD)
    assert shown(town) == GOOD_SHOWN
    [review] = town.posted()["reviews"]
    assert (review["state"], review["head"], review["body"]) == ("COMMENTED", town.posted()["head"], BODY)
    assert town.count("POST", REVIEWS) == 1


async def test_one_line_off_the_diff_does_not_lose_the_others(town: Scene) -> None:
    ref = await town.open()
    assert await put(town, ref, (*GOOD, *BAD)) == [*BAD]
    assert shown(town) == GOOD_SHOWN
    assert reviews(town) == [BODY]


async def test_asked_again_what_was_refused_is_told_again(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, (*GOOD, *BAD))
    assert await put(town, ref, (*GOOD, *BAD)) == [*BAD]
    assert reviews(town) == [BODY]
    assert shown(town) == GOOD_SHOWN


async def test_when_github_takes_none_the_review_stands_alone(town: Scene) -> None:
    ref = await town.open()
    assert await put(town, ref, BAD) == [*BAD]
    assert (shown(town), reviews(town)) == ([], [BODY])


async def test_a_review_without_comments_looks_for_none(town: Scene) -> None:
    ref = await town.open()
    assert await put(town, ref, ()) == []
    assert reviews(town) == [BODY]
    assert town.count("GET", INLINE) == 0


async def test_a_review_that_github_will_not_take_at_all_is_refused(town: Scene) -> None:
    ref = await town.open()
    posting = await town.forge.put_review(ref, "f" * 40, TEXT, GOOD)
    assert posting.refused == GOOD
    assert "commit_id is not part of the pull request" in str(posting.error)
    assert (shown(town), reviews(town)) == ([], [])
    assert town.count("POST", INLINE) == 1


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_review_whose_answer_is_lost_is_found_not_submitted_again(town: Scene, fault: Any) -> None:
    ref = await town.open()
    town.fail("POST", REVIEWS, after_effect=True, **fault)
    assert await put(town, ref, GOOD) == []
    assert (shown(town), reviews(town)) == (GOOD_SHOWN, [BODY])
    assert town.count("POST", REVIEWS) == 1


async def test_a_review_that_is_neither_answered_nor_seen_is_left_to_the_next_try(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", REVIEWS, 502)
    with pytest.raises(Retry):
        await put(town, ref, GOOD)
    assert town.count("POST", REVIEWS) == 1
    assert await put(town, ref, GOOD) == []
    assert (shown(town), reviews(town)) == (GOOD_SHOWN, [BODY])


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_a_lone_comment_whose_answer_is_lost_is_found_not_posted_again(town: Scene, count: int) -> None:
    ref = await town.open()
    town.fail("POST", INLINE, 502, after_effect=True, skip=count - 1)
    assert await put(town, ref, (*GOOD, BAD[0])) == [BAD[0]]
    assert (shown(town), reviews(town)) == (GOOD_SHOWN, [BODY])
    assert town.count("POST", INLINE) == 4


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize(
    ("path", "count"), [(REVIEWS, 1), (INLINE, 1), (INLINE, 2), (INLINE, 3), (INLINE, 4), (REVIEWS, 2)]
)
async def test_cut_off_at_any_write_the_next_try_completes_it(
    town: Scene, moment: Moment, path: str, count: int
) -> None:
    """The connection is closed at the n-th POST, before or after its effect, and GitHub does not answer the
    following read: like a crash at this point.
    """
    ref = await town.open()

    async def die(now: Moment, call: Call) -> None:
        dying = call.key == f"POST {path}" and call.count == count and now is moment
        if dying or town.simulator.pipeline.calls.counts["died"]:
            town.simulator.pipeline.calls.counts["died"] = 1
            raise Dropped

    end = town.simulator.on_call(die)
    comments = (GOOD[0], BAD[0], *GOOD[1:])
    try:
        refused = await put(town, ref, comments)
    except Retry:
        end()
        refused = await put(town, ref, comments)
    assert list(refused) == [BAD[0]]
    assert (shown(town), reviews(town)) == (GOOD_SHOWN, [BODY])


async def test_equal_remarks_on_different_lines_are_different_comments(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, (on(11), on(12), BAD[0]))
    assert [line for _, line, _, _ in shown(town)] == [11, 12]


def whole(path: str = "logo.png", body: str = "a large file") -> InlineComment:
    return InlineComment(path=path, line=1, end=1, side=Side.RIGHT, body=body, whole=True)


WHOLE_SHOWN = ("logo.png", None, "RIGHT", "a large file")


async def test_comments_on_whole_files_stand_beside_the_review(town: Scene) -> None:
    ref = await town.open()
    comments = (*GOOD, whole(), whole("no/such.py"))
    assert await put(town, ref, comments) == [whole("no/such.py")]
    assert await put(town, ref, comments) == [whole("no/such.py")]
    assert [one["line"] for one in town.posted()["inline"]].count(None) == 1
    assert len(town.posted()["inline"]) == 4
    assert town.count("POST", REVIEWS) == 1
    assert reviews(town) == [BODY]


async def test_with_whole_files_alone_the_review_is_submitted_all_the_same(town: Scene) -> None:
    ref = await town.open()
    assert await put(town, ref, [whole()]) == []
    assert (shown(town), reviews(town)) == ([WHOLE_SHOWN], [BODY])


async def test_a_comment_on_a_whole_file_whose_answer_is_lost_is_found_not_posted_again(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", INLINE, 502, after_effect=True)
    assert await put(town, ref, [whole()]) == []
    assert (shown(town), town.count("POST", INLINE)) == ([WHOLE_SHOWN], 1)


async def test_a_comment_on_a_whole_file_is_another_than_the_same_on_a_line(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, [on(11, body="same"), whole("shop/api.py", "same"), BAD[0]])
    assert {one["line"] for one in town.posted()["inline"]} == {11, None}
    assert len(town.posted()["inline"]) == 2


async def block(town: Scene, ref: PullRef, comments: Sequence[InlineComment] = ()) -> Sequence[InlineComment]:
    head = town.posted()["head"]
    return [*(await town.forge.put_review(ref, head, TEXT, comments, blocking=True)).refused]


def states(town: Scene) -> list[str]:
    return [review["state"] for review in town.posted()["reviews"] if review["body"]]


async def test_a_review_that_blocks_requests_changes_until_it_is_dismissed(town: Scene) -> None:
    ref = await town.open()
    for _ in range(2):
        assert await block(town, ref, GOOD) == []
    assert (states(town), shown(town)) == (["CHANGES_REQUESTED"], GOOD_SHOWN)
    for _ in range(2):
        await town.forge.unblock(ref, "Nothing is left that blocks")
    assert states(town) == ["DISMISSED"]
    assert town.count("PUT", DISMISSALS) == 1


async def test_on_its_own_pull_the_bot_cannot_block_and_says_it_without(town: Scene) -> None:
    ref = await town.open(author="code-review-bot[bot]")
    assert await block(town, ref, (*GOOD, BAD[0])) == [BAD[0]]
    assert (states(town), shown(town)) == (["COMMENTED"], GOOD_SHOWN)


async def test_one_line_off_the_diff_does_not_keep_a_review_from_blocking(town: Scene) -> None:
    ref = await town.open()
    assert await block(town, ref, (*GOOD, BAD[0])) == [BAD[0]]
    assert states(town) == ["CHANGES_REQUESTED"]


async def test_reviews_of_others_go_on_blocking(town: Scene) -> None:
    ref = await town.open()
    async with town.with_token("ghp_of_a_person") as person:
        await person.put_review(ref, town.posted()["head"], MarkedText("m", "m"), (), blocking=True)
        await town.forge.unblock(ref, "Nothing is left")
        assert states(town) == ["CHANGES_REQUESTED"]


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_dismissal_whose_answer_is_lost_has_happened(town: Scene, fault: Any) -> None:
    ref = await town.open()
    await block(town, ref)
    town.fail("PUT", DISMISSALS, after_effect=True, **fault)
    await town.forge.unblock(ref, "Nothing is left")
    assert states(town) == ["DISMISSED"]


async def test_where_the_branch_keeps_the_bot_from_dismissing_that_is_told(town: Scene) -> None:
    ref = await town.open()
    await block(town, ref)
    town.fail("PUT", DISMISSALS, 403, body={"message": "You are not allowed to dismiss reviews"})
    with pytest.raises(Refused, match="You are not allowed to dismiss reviews"):
        await town.forge.unblock(ref, "Nothing is left")
    assert states(town) == ["CHANGES_REQUESTED"]


async def test_a_review_that_the_app_has_begun_and_not_sent_is_deleted(town: Scene) -> None:
    ref = await town.open()
    town.simulator.begin_review("acme/shop", 1, BeginReview(user="code-review-bot[bot]"))
    assert await put(town, ref, GOOD) == []
    assert (shown(town), states(town)) == (GOOD_SHOWN, ["COMMENTED"])


async def test_a_draft_of_the_tokens_owner_is_nobody_elses_to_delete(town: Scene) -> None:
    ref = await town.open()
    town.simulator.add_token("ghp_of_mona", "mona")
    town.simulator.begin_review("acme/shop", 1, BeginReview(user="mona", body="Half a thought"))
    async with town.with_token("ghp_of_mona") as forge:
        posting = await forge.put_review(ref, town.posted()["head"], TEXT, GOOD)
    assert posting.refused == GOOD
    assert "only have one pending review" in str(posting.error)
    assert states(town) == ["PENDING"]


async def test_a_draft_in_the_way_of_a_review_alone_leaves_the_comments_to_be_posted_one_by_one(
    town: Scene,
) -> None:
    """The behaviour of some GitHub versions; a retry posts nothing twice."""
    ref = await town.open()
    pending = unprocessable("User can only have one pending review per pull request").body
    town.fail("POST", REVIEWS, 422, times=None, body=pending)
    for _ in range(2):
        assert await put(town, ref, GOOD) == []
        assert shown(town) == GOOD_SHOWN


@pytest.mark.parametrize("status", [403, 404, 410, 451])
async def test_a_refusal_that_is_not_for_the_place_is_not_met_again_and_again(
    town: Scene, status: int
) -> None:
    ref = await town.open()
    town.fail("POST", REVIEWS, status, times=None)
    town.fail("POST", INLINE, status, times=None)
    posting = await town.forge.put_review(ref, town.posted()["head"], TEXT, (*GOOD, whole()))
    assert posting.refused == (whole(), *GOOD)
    assert str(status) in str(posting.error)
    assert town.count("POST", INLINE) == 1


async def test_changes_that_cannot_be_requested_are_told_besides_the_comments_that_stand(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", REVIEWS, 403, times=None)
    posting = await town.forge.put_review(ref, town.posted()["head"], TEXT, GOOD, blocking=True)
    assert (posting.refused, posting.error) == ((), None)
    assert "403" in str(posting.unblocked)
    assert shown(town) == GOOD_SHOWN
