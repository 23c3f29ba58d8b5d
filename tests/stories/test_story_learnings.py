"""Writers give reasons in threads: the bot learns them, tells the model, lists them and forgets them."""

import asyncio
from typing import Any

import pytest

from github_simulator import Call, Moment
from github_simulator.control_requests import Permit, React, SayOnLines
from tests.stories.diffs import LOOP
from tests.stories.stage import BOT, PATIENCE, REPOSITORY, Stage

FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}
WHY = "Intended, because lists are never empty in this shop."
HEADING = "What maintainers of this repository replied to earlier findings."


async def found(stage: Stage) -> tuple[int, dict[str, Any]]:
    """A reviewed pull request, and the comment of its finding."""
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [finding] = stage.pull(number)["inline"]
    return number, finding


async def learned(stage: Stage, number: int, text: str = WHY) -> tuple[int, dict[str, Any]]:
    """A writer's reply, of which the bot shows that it was learned."""
    _, finding = number, stage.pull(number)["inline"][0]
    reply = await stage.say_on_lines(number, text, reply_to=finding["id"])
    await stage.reacted(number, reply, "eyes")
    return reply, finding


async def edit(stage: Stage, number: int, comment: int, text: str) -> None:
    """The author edits a reply."""
    simulator = stage.simulator
    pull = simulator.world.pull(REPOSITORY, number)
    reply = pull.inline[comment]
    before, reply.body, reply.updated = reply.body, text, simulator.world.now()
    await simulator.finish(pull, simulator.events.inline("edited", pull, reply, reply.user, before))


async def prompts(stage: Stage, branch: str) -> str:
    """What the model is asked about the same change in another pull request."""
    asked = len(stage.model.asked)
    number = await stage.open(LOOP, branch=branch, title=f"Change things on {branch}")
    await stage.reviewed(number)
    return "\n".join(message["content"] for body in stage.model.asked[asked:] for message in body["messages"])


def answers(stage: Stage, number: int) -> list[dict[str, Any]]:
    """The bot's replies in threads."""
    return [one for one in stage.pull(number)["inline"] if one["reply_to"] and one["user"] == BOT]


async def listed(stage: Stage, number: int) -> str:
    said = await stage.say(number, "/learned")
    await stage.reacted(number, said, "rocket")
    [body] = [body for body in stage.own(number) if body.startswith("<!-- code-review-bot:learned -->")]
    return body


async def forget(stage: Stage, number: int, words: str) -> str:
    said = await stage.say(number, f"/forget {words}")
    marker = f"<!-- code-review-bot:answer {said} -->"
    await stage.until(lambda: any(body.startswith(marker) for body in stage.own(number)), "an answer")
    [body] = [body for body in stage.own(number) if body.startswith(marker)]
    return body


async def test_a_reason_is_learned_shown_to_the_model_listed_and_forgotten(stage: Stage) -> None:
    number, _ = await found(stage)
    await learned(stage, number)

    asked = await prompts(stage, "second")
    assert HEADING in asked
    assert f'- @mira to "Fails on an empty list" in shop/cart.py: {WHY}' in asked
    assert f"| `1` | {WHY} | Fails on an empty list | `mira` | `shop/cart.py` |" in await listed(
        stage, number
    )

    assert "`mira`, forgotten: `1`." in await forget(stage, number, "1")
    assert "`mira`, forgotten: `1`." in await forget(stage, number, "1")
    assert HEADING not in await prompts(stage, "third")
    assert "has learned nothing" in await listed(stage, number)
    assert [] == stage.server.troubles


async def test_what_was_forgotten_does_not_come_back_with_the_next_review(stage: Stage) -> None:
    number, _ = await found(stage)
    await learned(stage, number)
    await forget(stage, number, "1")
    said = await stage.say(number, "/review")
    await stage.reacted(number, said, "rocket")

    assert "has learned nothing" in await listed(stage, number)


async def test_a_stranger_and_mere_words_teach_nothing(stage: Stage) -> None:
    number, finding = await found(stage)
    stage.simulator.permit(Permit(repository=REPOSITORY, user="eve", permission="read"))
    order = {"reply_to": finding["id"]}

    stranger = SayOnLines(user="eve", permission="read", body=WHY, **order)
    await stage.simulator.say_on_lines(REPOSITORY, number, stranger)
    await stage.say_on_lines(number, "thanks, fixed", **order)
    await stage.say_on_lines(number, "Is this intended, because I wonder?", **order)

    assert "has learned nothing" in await listed(stage, number)
    assert HEADING not in await prompts(stage, "second")


async def test_a_learning_follows_the_edit_and_the_deletion_of_its_reply(stage: Stage) -> None:
    number, _ = await found(stage)
    reply, _ = await learned(stage, number)
    await edit(stage, number, reply, "By design: the caller checks the list.")
    assert "By design: the caller checks the list." in await listed(stage, number)

    await stage.simulator.delete_comment(REPOSITORY, number, reply)
    assert "has learned nothing" in await listed(stage, number)


async def test_a_reason_of_a_dismissal_is_learned_and_both_are_taken_back(stage: Stage) -> None:
    number, finding = await found(stage)
    await stage.say_on_lines(number, "/dismiss lists are never empty here", reply_to=finding["id"])
    await stage.until(lambda: answers(stage, number), "an answer")
    shown = await listed(stage, number)
    assert "| `1` | lists are never empty here |" in shown
    assert "| `d1` | Fails on an empty list | `/dismiss` | `mira` |" in shown

    assert "forgotten: `d1`, `1`." in await forget(stage, number, "d1 1")
    other = await stage.open(LOOP, branch="again")
    await stage.reviewed(other)
    assert len(stage.pull(other)["inline"]) == 1


async def test_a_disliked_finding_is_reported_again_after_it_was_forgotten(stage: Stage) -> None:
    """Although the thumb is still there."""
    number, finding = await found(stage)
    stage.simulator.permit(Permit(repository=REPOSITORY, user="mira", permission="write"))
    stage.simulator.react(REPOSITORY, number, React(user="mira", comment=finding["id"], content="-1"))
    said = await stage.say(number, "/review")
    await stage.reacted(number, said, "rocket")
    assert "| `d1` | Fails on an empty list | 👎 |" in await listed(stage, number)

    await forget(stage, number, "d1")
    said = await stage.say(number, "/review")
    await stage.reacted(number, said, "rocket")

    assert "Fails on an empty list" in "".join(stage.own(number))
    assert "no finding is dismissed" in await listed(stage, number)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize(
    "template", ["/graphql", "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions"]
)
async def test_a_server_that_is_killed_while_it_learns_has_learned_once(
    unset_stage: Stage, moment: Moment, template: str
) -> None:
    stage = unset_stage
    await stage.start()
    number, finding = await found(stage)
    strikes: list[str] = []

    async def strike(at: Moment, call: Call) -> None:
        if at is moment and call.template == template and not strikes:
            strikes.append(call.template)
            stage.server.kill()

    unlisten = stage.simulator.on_call(strike)
    await stage.say_on_lines(number, WHY, reply_to=finding["id"])
    await stage.until(lambda: strikes, "a kill")
    unlisten()
    await stage.server.gone()
    await stage.start()

    shown = ""
    async with asyncio.timeout(PATIENCE):
        while WHY not in shown:
            shown = await listed(stage, number)
    assert shown.count(WHY) == 1
    assert "| `2` |" not in shown
