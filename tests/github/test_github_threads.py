"""The bot's review threads: their state, replies, and resolution."""

from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.comments.comment import InlineComment, MarkedText, Reaction
from bot.core.errors import Refused, Retry
from bot.core.findings.threads import Thread
from bot.core.review import Side
from github_simulator import Push, React, ResolveThread, SayOnLines
from tests.github.scene import GRAPHQL, LINE, REPLIES, Scene

BOT = "code-review-bot[bot]"
LOG_LESS = """\
diff --git a/shop/api.py b/shop/api.py
--- a/shop/api.py
+++ b/shop/api.py
@@ -10,5 +10,4 @@ def pay():
     total = 0
     charge(total, retry=True)
-    log(total)
     return total
 \n"""

REPLY = MarkedText("<!-- r1 -->", "<!-- r1 -->Because")


def on(
    line: int, body: str, side: Side = Side.RIGHT, *, whole: bool = False, start: int = 0
) -> InlineComment:
    return InlineComment(path="shop/api.py", line=start or line, end=line, side=side, body=body, whole=whole)


async def review(town: Scene, ref: PullRef, *comments: InlineComment) -> None:
    await town.forge.put_review(ref, town.posted()["head"], MarkedText("<!-- m -->", "<!-- m -->"), comments)


def comment(town: Scene, body: str) -> dict[str, Any]:
    [found] = [one for one in town.posted()["inline"] if one["body"] == body]
    told: dict[str, Any] = found
    return told


async def say(town: Scene, body: str, **where: Any) -> int:
    order = SayOnLines(user="mira", body=body, **where)
    done = await town.simulator.say_on_lines("acme/shop", 1, order)
    assert done.comment is not None
    return done.comment.id


@pytest.fixture
async def ref(town: Scene) -> PullRef:
    """A pull with threads of the bot on line 12, on the left side and on the file, and one of mira's."""
    ref = await town.open()
    await review(town, ref, on(12, "noisy"), on(11, "was better", Side.LEFT), on(1, "long", whole=True))
    await say(town, "nice", path="shop/api.py", line=11)
    return ref


def by_body(threads: Any) -> dict[str, Thread]:
    return {thread.body: thread for thread in threads}


@pytest.mark.parametrize("graphql", [True, False])
async def test_the_bots_threads_are_told_and_nobody_elses(
    town: Scene, ref: PullRef, *, graphql: bool
) -> None:
    first = comment(town, "noisy")["id"]
    await say(town, "is it?", reply_to=first)
    await town.forge.reply(ref, first, MarkedText("<!-- r -->", "It is <!-- r -->"))
    for user in ("mira", "noor"):
        town.simulator.react("acme/shop", 1, React(user=user, comment=first, content="-1"))
    town.simulator.react("acme/shop", 1, React(user="mira", comment=first, content="+1"))
    if not graphql:
        town.fail("POST", GRAPHQL, 404)
    threads = await town.forge.threads(ref)
    assert [thread.comment for thread in threads] == sorted(thread.comment for thread in threads)
    told = by_body(threads)
    assert {body: (one.path, one.line, one.side) for body, one in told.items()} == {
        "noisy": ("shop/api.py", 12, Side.RIGHT),
        "was better": ("shop/api.py", 11, Side.LEFT),
        "long": ("shop/api.py", None, Side.RIGHT),
    }
    noisy = told["noisy"]
    assert (noisy.comment, noisy.dislikes) == (first, ("mira", "noor"))
    assert [(reply.author, reply.mine, reply.text) for reply in noisy.replies] == [
        ("mira", False, "is it?"),
        (BOT, True, "It is <!-- r -->"),
    ]
    assert noisy.whole
    listed = [one["id"] for one in town.simulator.state()["pulls"][0]["inline"] if one["reply_to"] == first]
    assert [reply.comment for reply in noisy.replies] == listed
    assert not told["long"].replies
    assert not told["long"].dislikes
    assert bool(noisy.id) is graphql
    assert noisy.node


async def test_dislikes_are_asked_for_one_by_one_only_where_there_are_some(town: Scene, ref: PullRef) -> None:
    town.simulator.react(
        "acme/shop", 1, React(user="mira", comment=comment(town, "long")["id"], content="-1")
    )
    town.fail("POST", GRAPHQL, 404)
    assert by_body(await town.forge.threads(ref))["long"].dislikes == ("mira",)
    assert town.count("GET", f"{LINE}/reactions") == 1


async def test_a_server_that_lacks_a_field_is_asked_in_the_old_way(town: Scene, ref: PullRef) -> None:
    unknown = "Field 'fullDatabaseId' doesn't exist on type 'PullRequestReviewComment'"
    body = {"errors": [{"message": unknown, "extensions": {"code": "undefinedField"}}]}
    town.fail("POST", GRAPHQL, 200, body=body)
    assert len(await town.forge.threads(ref)) == 3


async def test_a_line_that_a_push_took_away_is_none_any_more(town: Scene, ref: PullRef) -> None:
    await town.simulator.push("acme/shop", 1, Push(message="Log less", diff=LOG_LESS))
    told = by_body(await town.forge.threads(ref))
    assert (told["noisy"].line, told["was better"].line) == (None, 11)


async def test_who_resolved_a_thread_is_told(town: Scene, ref: PullRef) -> None:
    await town.simulator.resolve_thread(
        "acme/shop", 1, ResolveThread(user="mira", comment=comment(town, "noisy")["id"])
    )
    told = by_body(await town.forge.threads(ref))
    assert (told["noisy"].resolved, told["noisy"].resolver) == (True, "mira")
    assert (told["long"].resolved, told["long"].resolver) == (False, None)


async def test_many_threads_are_read_page_by_page(town: Scene) -> None:
    ref = await town.open()
    await review(town, ref, *(on(12, f"remark {number}") for number in range(120)))
    assert len(await town.forge.threads(ref)) == 120
    assert town.count("POST", GRAPHQL) == 3


async def test_of_a_long_talk_the_latest_is_told(town: Scene, ref: PullRef) -> None:
    first = comment(town, "noisy")["id"]
    for number in range(60):
        await say(town, f"answer {number}", reply_to=first)
    replies = by_body(await town.forge.threads(ref))["noisy"].replies
    assert [replies[0].text, replies[-1].text, len(replies)] == ["answer 10", "answer 59", 50]


async def test_a_person_who_is_called_like_the_app_did_not_begin_its_threads(town: Scene) -> None:
    """GraphQL omits the "[bot]" of an App's login."""
    ref = await town.open()
    order = SayOnLines(user="code-review-bot", body="mine?", path="shop/api.py", line=12)
    await town.simulator.say_on_lines("acme/shop", 1, order)
    assert await town.forge.threads(ref) == []


async def test_with_a_plain_token_its_owner_is_the_bot(town: Scene, ref: PullRef) -> None:
    async with town.with_token("ghp_of_a_person") as forge:
        assert await forge.threads(ref) == []
        await forge.put_review(ref, town.posted()["head"], MarkedText("m", "m"), [on(12, "mine")])
        [thread] = await forge.threads(ref)
    assert thread.body == "mine"


async def test_what_a_comment_is_about_is_told_with_its_thread(town: Scene, ref: PullRef) -> None:
    first = await say(town, "why both?", path="shop/api.py", line=12, start=11)
    reply = await say(town, "and so?", reply_to=first)
    for asked in (first, reply):
        lines = await town.forge.lines(ref, asked)
        assert lines is not None
        assert (lines.first, lines.path, lines.line, lines.end) == (first, "shop/api.py", 11, 12)
        assert (lines.side, lines.body, lines.own) == (Side.RIGHT, "why both?", False)
        assert [remark.text for remark in lines.remarks] == ["why both?", "and so?"]
    own = await town.forge.lines(ref, comment(town, "noisy")["id"])
    assert own is not None
    assert (own.own, own.line, own.end, own.remarks[0].mine) == (True, 12, 12, True)


async def test_of_a_comment_that_is_gone_nothing_is_told(town: Scene, ref: PullRef) -> None:
    gone = await say(town, "never mind", path="shop/api.py", line=12)
    await town.simulator.delete_comment("acme/shop", 1, gone)
    assert await town.forge.lines(ref, gone) is None


async def test_when_the_first_comment_is_gone_the_next_begins_the_thread(town: Scene, ref: PullRef) -> None:
    first = await say(town, "why?", path="shop/api.py", line=12)
    reply = await say(town, "so that it works", reply_to=first)
    await town.simulator.delete_comment("acme/shop", 1, first)
    lines = await town.forge.lines(ref, reply)
    assert lines is not None
    assert (lines.body, lines.line, len(lines.remarks)) == ("so that it works", 12, 1)


async def test_a_reply_is_posted_once(town: Scene, ref: PullRef) -> None:
    first = comment(town, "noisy")["id"]
    for _ in range(2):
        await town.forge.reply(ref, first, REPLY)
    await town.forge.reply(
        ref, comment(town, "long")["id"], MarkedText(REPLY.marker, f"{REPLY.marker}There, too")
    )
    assert comment(town, "<!-- r1 -->Because")["reply_to"] == first
    assert town.count("POST", REPLIES) == 2


async def test_a_person_who_repeats_a_marker_does_not_keep_the_bot_from_answering(
    town: Scene, ref: PullRef
) -> None:
    first = comment(town, "noisy")["id"]
    await say(town, "<!-- r1 --> got you", reply_to=first)
    await town.forge.reply(ref, first, REPLY)
    assert comment(town, "<!-- r1 -->Because")["user"] == BOT


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_reply_whose_answer_is_lost_is_found_not_posted_again(
    town: Scene, ref: PullRef, fault: Any
) -> None:
    town.fail("POST", REPLIES, after_effect=True, **fault)
    await town.forge.reply(ref, comment(town, "noisy")["id"], REPLY)
    assert comment(town, "<!-- r1 -->Because")
    assert town.count("POST", REPLIES) == 1


async def test_a_reply_that_is_neither_answered_nor_seen_is_left_to_the_next_try(
    town: Scene, ref: PullRef
) -> None:
    town.fail("POST", REPLIES, 502)
    with pytest.raises(Retry):
        await town.forge.reply(ref, comment(town, "noisy")["id"], REPLY)


async def test_in_a_thread_that_is_gone_nothing_is_said(town: Scene, ref: PullRef) -> None:
    gone = comment(town, "noisy")["id"]
    await town.simulator.delete_comment("acme/shop", 1, gone)
    await town.forge.reply(ref, gone, REPLY)
    assert len(town.posted()["inline"]) == 3


async def test_a_reply_that_github_refuses_is_refused(town: Scene, ref: PullRef) -> None:
    town.fail("POST", REPLIES, 403, body={"message": "Pull request is locked"})
    with pytest.raises(Refused, match="locked"):
        await town.forge.reply(ref, comment(town, "noisy")["id"], REPLY)


async def test_without_the_right_to_write_contents_nothing_is_resolved_nor_asked_again(
    town: Scene, ref: PullRef
) -> None:
    threads = by_body(await town.forge.threads(ref))
    before = town.count("POST", GRAPHQL)
    for body in ("noisy", "long"):
        assert not await town.forge.resolve(ref, threads[body].id)
    assert not comment(town, "noisy")["resolved"]
    assert town.count("POST", GRAPHQL) == before + 1


async def test_with_that_right_a_thread_is_resolved_and_opened_again(town: Scene, ref: PullRef) -> None:
    town.simulator.world.grant({"contents": "write"})
    town.simulator.revoke_tokens()
    thread = by_body(await town.forge.threads(ref))["noisy"].id
    for _ in range(2):
        assert await town.forge.resolve(ref, thread)
        assert comment(town, "noisy")["resolver"] == BOT
    told = by_body(await town.forge.threads(ref))["noisy"]
    assert (told.resolved, told.resolver) == (True, BOT)
    assert await town.forge.resolve(ref, thread, resolved=False)
    assert not comment(town, "noisy")["resolved"]


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_lost_answer_does_not_matter_for_it_is_asked_again(
    town: Scene, ref: PullRef, fault: Any
) -> None:
    node = by_body(await town.forge.threads(ref))["noisy"].node
    town.fail("POST", GRAPHQL, after_effect=True, **fault)
    assert await town.forge.minimise(ref, node)
    assert comment(town, "noisy")["minimised"]


async def test_a_comment_is_minimised(town: Scene, ref: PullRef) -> None:
    node = by_body(await town.forge.threads(ref))["noisy"].node
    for _ in range(2):
        assert await town.forge.minimise(ref, node)
    assert by_body(await town.forge.threads(ref))["noisy"].minimised
    assert not by_body(await town.forge.threads(ref))["long"].minimised


async def test_what_is_gone_cannot_be_put_away_but_the_rest_can(town: Scene, ref: PullRef) -> None:
    threads = by_body(await town.forge.threads(ref))
    await town.simulator.delete_comment("acme/shop", 1, threads["noisy"].comment)
    assert not await town.forge.minimise(ref, threads["noisy"].node)
    assert not await town.forge.resolve(ref, threads["noisy"].id)
    assert await town.forge.minimise(ref, threads["long"].node)


async def test_where_there_is_no_graphql_nothing_is_put_away(town: Scene, ref: PullRef) -> None:
    town.fail("POST", GRAPHQL, 404, times=3)
    [first, *_] = await town.forge.threads(ref)
    assert not await town.forge.minimise(ref, first.node)
    assert not await town.forge.resolve(ref, first.id)


async def test_a_comment_on_lines_is_reacted_to_by_its_own_number(town: Scene, ref: PullRef) -> None:
    asked = await say(town, "@bot why?", path="shop/api.py", line=12)
    for _ in range(2):
        await town.forge.react(ref, asked, Reaction.SEEN, on_lines=True)
    assert comment(town, "@bot why?")["reactions"] == [{"user": BOT, "content": "eyes"}]
    await town.simulator.delete_comment("acme/shop", 1, asked)
    await town.forge.react(ref, asked, Reaction.SEEN, on_lines=True)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_reply_that_is_refused_in_a_thread_that_is_there_is_refused(
    town: Scene, ref: PullRef, status: int
) -> None:
    said = await say(town, "Why?", path="shop/api.py", line=11)
    town.fail("POST", REPLIES, status)
    with pytest.raises(Refused, match=str(status)):
        await town.forge.reply(ref, said, MarkedText("<!-- m -->", "<!-- m --> So."))
