"""Pushes that overtake, models that fail, GitHub that is away: how a review ends all the same."""

from typing import Any

from aiohttp import web

from github_simulator import Fault
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.scripted_model import Said, schema_of
from tests.stories.stage import Stage

COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments"


async def test_a_push_stops_the_review_of_the_head_before_it(stage: Stage) -> None:
    held = stage.hold_the_first_question()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    old = stage.pull(number)["head"]
    await stage.push(number, FIX)
    await stage.reviewed(number)
    held.set()
    conclusions = {check["head"]: check["conclusion"] for check in stage.pull(number)["checks"]}

    assert {old: "cancelled", stage.pull(number)["head"]: "success"} == conclusions
    assert not stage.server.troubles


async def test_a_model_that_is_busy_is_asked_again_when_it_said_to(stage: Stage) -> None:
    def busy_once(_: dict[str, Any]) -> Said:
        if len(stage.model.asked) == 1:
            return web.json_response(
                {"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "1"}
            )
        return None

    stage.model.respond = busy_once
    number = await stage.open(LOOP)

    assert "Makes the thing do what it says." in await stage.reviewed(number)


async def test_a_key_that_is_refused_is_named_and_nothing_turns_green(stage: Stage) -> None:
    stage.model.respond = lambda _: web.json_response(
        {"error": {"message": "Incorrect API key provided: sk-abcdefghijklmnopqrstuvwxyz012345"}}, status=401
    )
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert "OPENAI_API_KEY" in summary
    assert "sk-abc" not in summary
    assert "success" != stage.pull(number)["checks"][0]["conclusion"]


async def test_an_answer_that_is_no_json_is_repaired_once(stage: Stage) -> None:
    def stutter(body: dict[str, Any]) -> Said:
        return "I think this is fine." if len(stage.model.asked) == 1 and schema_of(body) else None

    stage.model.respond = stutter
    number = await stage.open(LOOP)

    assert "Makes the thing do what it says." in await stage.reviewed(number)
    assert "I think this is fine." in str(stage.model.asked[1]["messages"])


async def test_a_server_without_schemas_is_asked_without(stage: Stage) -> None:
    def plain(body: dict[str, Any]) -> Said:
        if body.get("response_format", {}).get("type") != "json_schema":
            return '{"notes": [], "findings": [], "risks": [], "purpose": "Plain.", "majors": []}'
        message = "response_format json_schema is not supported"
        return web.json_response({"error": {"message": message, "param": "response_format"}}, status=400)

    stage.model.respond = plain
    number = await stage.open(LOOP)

    assert "Plain." in await stage.reviewed(number)


async def test_a_context_that_is_too_small_leads_to_smaller_questions(stage: Stage) -> None:
    def small(body: dict[str, Any]) -> Said:
        text = str(body["messages"])
        if (
            "### shop/cart.py" in text
            and "### docs/cart.md" in text
            and "findings" in str(body["response_format"])
        ):
            error = {
                "message": "This model's maximum context length is 10 tokens",
                "code": "context_length_exceeded",
            }
            return web.json_response({"error": error}, status=400)
        return None

    stage.model.respond = small
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)

    assert "2 of 2 files reviewed" in summary


async def test_github_fails_after_the_comment_was_written_and_it_is_there_once(stage: Stage) -> None:
    stage.simulator.inject(Fault(method="POST", path=COMMENTS, status=502, times=1, after_effect=True))
    number = await stage.open(LOOP)
    await stage.reviewed(number)

    assert 1 == len(stage.own(number))


async def test_github_limits_the_rate_and_the_review_waits_for_it(stage: Stage) -> None:
    stage.simulator.inject(
        Fault(
            method="GET",
            path="/repos/{owner}/{repo}/pulls/{pull_number}",
            status=403,
            times=1,
            headers={"Retry-After": "1"},
            body={"message": "You have exceeded a secondary rate limit."},
        )
    )
    number = await stage.open(LOOP)

    assert await stage.reviewed(number)
