"""Comments and reactions are idempotent."""

import asyncio
from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.comments.comment import MarkedText, Reaction
from bot.core.errors import Refused, Retry
from github_simulator import Call, Dropped, Moment
from github_simulator.control_requests import Say
from tests.github.scene import COMMENT, COMMENTS, Scene

MARKER = "<!-- code-review-bot:summary -->"
REACTIONS = f"{COMMENT}/reactions"


def bodies(town: Scene) -> list[str]:
    return [comment["body"] for comment in town.posted()["comments"]]


async def put(town: Scene, ref: PullRef, text: str, known: int | None = None) -> int:
    put = await town.forge.put_comment(ref, MarkedText(MARKER, f"{MARKER}\n{text}"), known)
    assert put is not None
    return put


async def test_a_comment_is_created_once_and_then_updated_in_place(town: Scene) -> None:
    ref = await town.open()
    first = await put(town, ref, "one")
    assert await put(town, ref, "two") == first
    assert await put(town, ref, "three", known=first) == first
    assert bodies(town) == [f"{MARKER}\nthree"]
    assert town.count("POST", COMMENTS) == 1
    found = await town.forge.find_comment(ref, MARKER)
    assert found
    assert (found.id, found.author) == (first, "code-review-bot[bot]")


async def test_a_comment_that_says_so_already_is_left_alone(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, "one")
    await put(town, ref, "one")
    assert town.count("PATCH", COMMENT) == 0


async def test_a_known_comment_that_somebody_deleted_is_written_anew(town: Scene) -> None:
    ref = await town.open()
    first = await put(town, ref, "one")
    await town.simulator.delete_comment("acme/shop", ref.number, first)
    again = await put(town, ref, "two", known=first)
    assert again != first
    assert bodies(town) == [f"{MARKER}\ntwo"]


async def test_a_comment_deleted_while_it_is_updated_is_written_anew(town: Scene) -> None:
    ref = await town.open()
    first = await put(town, ref, "one")

    async def delete(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.method == "PATCH":
            await town.simulator.delete_comment("acme/shop", ref.number, first)

    town.simulator.on_call(delete)
    await put(town, ref, "two")
    assert bodies(town) == [f"{MARKER}\ntwo"]


async def test_the_marker_in_somebody_elses_comment_is_not_the_bots(town: Scene) -> None:
    """Otherwise the bot would try to edit a comment of somebody else, and fail."""
    ref = await town.open()
    await town.simulator.say("acme/shop", ref.number, Say(user="mallory", body=f"{MARKER} mine"))
    assert await town.forge.find_comment(ref, MARKER) is None
    await put(town, ref, "one")
    assert bodies(town) == [f"{MARKER} mine", f"{MARKER}\none"]


async def test_a_comment_is_found_behind_many_others(town: Scene) -> None:
    ref = await town.open()
    for number in range(120):
        await town.simulator.say("acme/shop", ref.number, Say(user="mona", body=f"{number}"))
    first = await put(town, ref, "one")
    assert await put(town, ref, "two") == first
    assert len(bodies(town)) == 121


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 500}, {"drop": True}])
async def test_a_comment_whose_answer_is_lost_is_found_not_written_again(town: Scene, fault: Any) -> None:
    ref = await town.open()
    town.fail("POST", COMMENTS, after_effect=True, **fault)
    comment = await put(town, ref, "one")
    assert [said["id"] for said in town.posted()["comments"]] == [comment]
    assert town.count("POST", COMMENTS) == 1


async def test_a_comment_that_is_neither_answered_nor_seen_is_left_to_the_next_try(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", COMMENTS, 502)
    with pytest.raises(Retry, match="502"):
        await put(town, ref, "one")
    assert town.count("POST", COMMENTS) == 1
    await put(town, ref, "one")
    assert bodies(town) == [f"{MARKER}\none"]


async def test_an_answer_that_comes_too_late_is_looked_for_as_well(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", COMMENTS, after_effect=True, delay=1)
    async with town.with_token("a-person", timeout=0.3) as forge:
        comment = await forge.put_comment(ref, MarkedText(MARKER, MARKER), None)
    assert [said["id"] for said in town.posted()["comments"]] == [comment]
    assert town.count("POST", COMMENTS) == 1


async def test_a_task_that_is_cancelled_in_a_write_finds_it_the_next_time(town: Scene) -> None:
    ref = await town.open()
    written = asyncio.Event()

    async def hang(moment: Moment, call: Call) -> None:
        if moment is Moment.AFTER and call.key == f"POST {COMMENTS}":
            written.set()
            await asyncio.sleep(0.2)
            raise Dropped

    stop = town.simulator.on_call(hang)
    task = asyncio.create_task(put(town, ref, "one"))
    await written.wait()
    task.cancel()
    await asyncio.wait([task])
    stop()
    await put(town, ref, "two")
    assert bodies(town) == [f"{MARKER}\ntwo"]


async def test_a_plain_token_writes_as_its_owner(town: Scene) -> None:
    ref = await town.open()
    town.simulator.add_token("ghp_secret", "robin")
    async with town.with_token("ghp_secret") as forge:
        await forge.put_comment(ref, MarkedText(MARKER, MARKER), None)
        await forge.put_comment(ref, MarkedText(MARKER, f"{MARKER} again"), None)
    assert [(said["user"], said["body"]) for said in town.posted()["comments"]] == [
        ("robin", f"{MARKER} again")
    ]


async def test_a_comment_that_github_refuses_is_refused_with_githubs_words(town: Scene) -> None:
    ref = await town.open()
    with pytest.raises(Refused, match=r"422 .*too long"):
        await put(town, ref, "x" * 70_000)


async def test_a_reaction_shows_once(town: Scene) -> None:
    ref = await town.open()
    said = await town.simulator.say("acme/shop", ref.number, Say(user="mona", body="/review"))
    assert said.comment
    for _ in range(2):
        await town.forge.react(ref, said.comment.id, Reaction.REFUSED)
    [reaction] = said.comment.reactions
    assert (reaction.content, reaction.user.login) == ("-1", "code-review-bot[bot]")


async def test_a_reaction_whose_answer_is_lost_is_sent_again(town: Scene) -> None:
    ref = await town.open()
    said = await town.simulator.say("acme/shop", ref.number, Say(user="mona", body="/review"))
    assert said.comment
    town.fail("POST", REACTIONS, 502, after_effect=True)
    await town.forge.react(ref, said.comment.id, Reaction.SEEN)
    assert len(said.comment.reactions) == 1


async def test_a_comment_that_is_gone_needs_no_reaction(town: Scene) -> None:
    await town.forge.react(await town.open(), 424242, Reaction.SEEN)
    assert town.count("POST", REACTIONS) == 1


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_comment_that_is_there_and_cannot_be_changed_was_not_deleted(
    town: Scene, status: int
) -> None:
    ref = await town.open()
    known = await put(town, ref, "one")
    town.fail("PATCH", COMMENT, status, times=None)
    with pytest.raises(Refused, match=str(status)):
        await town.forge.put_comment(ref, MarkedText(MARKER, f"{MARKER} two"), known)
    assert len(town.posted()["comments"]) == 1


@pytest.mark.parametrize("status", [202, 204, 300, 304])
async def test_an_answer_that_tells_of_nothing_is_not_taken_for_done(town: Scene, status: int) -> None:
    ref = await town.open()
    number = await town.forge.put_comment(ref, MarkedText(MARKER, f"{MARKER} first"), None)
    town.fail("PATCH", COMMENT, status, body="", times=None)
    with pytest.raises(Retry, match=f"its status is {status}"):
        await town.forge.put_comment(ref, MarkedText(MARKER, f"{MARKER} second"), number)


async def test_a_write_that_nobody_confirms_is_not_taken_for_done(town: Scene) -> None:
    ref = await town.open()
    number = await town.forge.put_comment(ref, MarkedText(MARKER, f"{MARKER} first"), None)
    town.fail("PATCH", COMMENT, 200, body={}, times=None)
    with pytest.raises(Retry, match="cannot be read: id"):
        await town.forge.put_comment(ref, MarkedText(MARKER, f"{MARKER} second"), number)
