"""A pull request is opened, pushed to, and talked about: what stands on GitHub then."""

import re

from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import Stage

FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}


async def test_an_opened_pull_request_gets_a_review(stage: Stage) -> None:
    stage.model.findings, stage.model.risks = [FIRST_LINE], ["The total may be slower."]
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)
    pull = stage.pull(number)

    assert "Makes the thing do what it says." in summary
    assert "The total may be slower." in summary
    assert "Does part" in summary
    [comment] = pull["inline"]
    assert (comment["path"], comment["line"], comment["side"]) == ("shop/cart.py", 2, "RIGHT")
    assert "Fails on an empty list" in comment["body"]
    [check] = pull["checks"]
    assert (check["status"], check["conclusion"]) == ("completed", "success")
    assert not stage.server.troubles


async def test_a_placeholder_comes_at_once_and_becomes_the_review(stage: Stage) -> None:
    bodies: list[str] = []
    stage.model.respond = lambda _: bodies.extend(stage.own(1))
    number = await stage.open(LOOP)
    await stage.reviewed(number)

    head = stage.pull(number)["head"]
    assert bodies
    assert all(f"Reviewing [`{head[:7]}`]" in body for body in bodies)
    assert stage.simulator.state()["calls"]["POST /repos/{owner}/{repo}/issues/{issue_number}/comments"] == 1


async def test_a_push_updates_the_comment_and_says_nothing_twice(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP, DOCS)
    first = await stage.reviewed(number)
    await stage.push(number, DOCS.replace("cart.md", "price.md"))
    await stage.until(lambda: stage.is_reviewed(number), "a second review")

    assert first != stage.summary(number)
    assert len(stage.pull(number)["inline"]) == 1
    assert "docs/price.md" in stage.summary(number)


async def test_a_command_of_a_writer_asks_for_it_again_and_pays_for_nothing_twice(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = len(stage.model.asked)
    comment = await stage.say(number, "/review", user="mira", permission="write")
    seen = {"comment": comment, "user": "code-review-bot[bot]", "content": "eyes"}
    await stage.until(lambda: seen in stage.pull(number)["reactions"], "a reaction")
    await stage.until(lambda: stage.is_reviewed(number), "the review again")

    assert len(stage.own(number)) == 1
    assert asked == len(stage.model.asked)


async def test_the_ancestors_phrases_are_commands(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    comment = await stage.say(number, "Flows summarize, please")
    await stage.until(
        lambda: any(
            r["comment"] == comment and r["content"] == "eyes" for r in stage.pull(number)["reactions"]
        ),
        "a reaction",
    )


async def test_a_command_of_a_reader_gets_one_thumb_down_and_costs_nothing(stage: Stage) -> None:
    number = await stage.open(LOOP)
    before = await stage.reviewed(number)
    asked = len(stage.model.asked)
    comment = await stage.say(number, "/review", user="eve", permission="read")
    await stage.until(lambda: stage.pull(number)["reactions"], "a reaction")
    await stage.say(number, "thanks", user="mira")
    [reaction] = stage.pull(number)["reactions"]

    assert (comment, "-1") == (reaction["comment"], reaction["content"])
    assert asked == len(stage.model.asked)
    assert before == stage.summary(number)


async def test_a_fixed_flaw_is_no_finding_of_the_next_summary(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    stage.model.findings = []
    await stage.push(number, FIX)
    await stage.until(lambda: stage.is_reviewed(number), "a second review")

    assert "**No findings** · 1 fixed since the last review" in stage.summary(number)


async def test_hostile_text_of_a_model_harms_nobody(stage: Stage) -> None:
    stage.model.findings = [
        FIRST_LINE
        | {
            "title": "@acme/everyone <img src=x>",
            "body": "Fixes #1 <!-- code-review-bot:summary --> ![](http://evil.example/x.png) @mira",
        }
    ]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [comment] = stage.pull(number)["inline"]
    text = re.sub(r"^<!-- code-review-bot:finding \w+ -->", "", comment["body"])

    assert "<!--" not in text
    assert "<img" not in text
    assert not re.search(r"(?<!`)@(acme|mira)", text)
    assert "![" not in text


async def test_drafts_and_pulls_of_bots_are_left_alone(stage: Stage) -> None:
    draft = await stage.open(LOOP, draft=True)
    robot = await stage.open(LOOP, author="dependabot[bot]")
    wanted = await stage.open(LOOP)
    await stage.reviewed(wanted)

    assert [] == stage.own(draft) == stage.own(robot)


async def test_a_draft_is_reviewed_when_it_is_ready(stage: Stage) -> None:
    number = await stage.open(LOOP, draft=True)
    await stage.simulator.set_draft("acme/shop", number, draft=False)

    assert "shop/cart.py" in await stage.reviewed(number)
