"""What people undo, and what the operator does: deleted comments, cancelled and given-up reviews."""

import asyncio
import json
import sys
from pathlib import Path

from aiohttp import web

from github_simulator import Fault
from tests.sandbox.guests import review_guest
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import REPOSITORY, Stage

FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}
TRAP = '(func (export "review") (param i32) (result i32) unreachable)'
DOWN = {"error": {"message": "The server is down for maintenance"}}


async def jobs(stage: Stage, *words: str) -> str:
    """`review-bot jobs` beside the server; what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.cli",
        "jobs",
        *words,
        env=stage.server.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert 0 == process.returncode, err.decode()
    return out.decode()


def conclusions(stage: Stage, number: int) -> dict[str, str | None]:
    return {check["head"]: check["conclusion"] for check in stage.pull(number)["checks"]}


async def test_a_summary_that_a_person_deletes_does_not_come_back_with_the_next_push(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.delete_own(number)
    await stage.push(number, FIX)
    await stage.until(lambda: stage.is_checked(number), "the check of the new head")
    assert [] == stage.own(number)

    await stage.say(number, "/review")

    await stage.reviewed(number)
    assert 1 == len(stage.own(number))


async def test_it_comes_back_as_often_as_the_settings_say(unset_stage: Stage) -> None:
    stage = unset_stage
    stage.server.settings = {**stage.server.settings, "SUMMARY_RENEWALS": "1"}
    await stage.start()
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.delete_own(number)
    await stage.push(number, FIX)
    await stage.reviewed(number)
    await stage.delete_own(number)
    await stage.push(number, DOCS)
    await stage.until(lambda: stage.is_checked(number), "the check of the new head")

    assert [] == stage.own(number)


async def test_a_comment_on_a_line_that_a_person_deletes_stays_deleted(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    inline = stage.simulator.world.pull(REPOSITORY, number).inline
    assert 1 == len(inline)
    inline.clear()
    await stage.push(number, DOCS)
    await stage.reviewed(number)

    assert [] == stage.pull(number)["inline"]
    assert "Fails on an empty list" in stage.summary(number)


async def test_a_model_that_is_away_is_waited_for_and_the_review_goes_on_by_itself(
    unset_stage: Stage,
) -> None:
    """One that says when it will be back: the pull request tells so, and nobody has to ask again."""
    stage = unset_stage
    stage.model.respond = lambda _: web.json_response(DOWN, status=503, headers={"Retry-After": "70"})
    await stage.start()
    number = await stage.open(LOOP)
    await stage.until(lambda: "postponed** until" in "".join(stage.own(number)), "the wait")
    waiting = stage.simulator.world.repository(REPOSITORY).checks
    await stage.until(
        lambda: [check for check in waiting.values() if "Waiting until" in check.output["title"]], "its check"
    )
    assert ["in_progress"] == [check.status for check in waiting.values()]
    asked = len(stage.model.asked)
    stage.model.respond = None

    await stage.until(lambda: stage.is_reviewed(number), "the review", patience=150)

    assert 2 + asked == len(stage.model.asked)  # a chunk and a summary
    assert "success" == stage.pull(number)["checks"][0]["conclusion"]


async def test_a_review_that_was_given_up_is_seen_explained_and_started_anew(
    unset_stage: Stage, tmp_path: Path
) -> None:
    stage = unset_stage
    (tmp_path / "broken.wasm").write_bytes(review_guest(TRAP))
    stage.server.settings = {
        **stage.server.settings,
        "REVIEW_FUNCTION": str(tmp_path / "broken.wasm"),
        "ATTEMPTS": "1",
    }
    await stage.start()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.is_checked(number), "a failure")
    assert " failed:**" in stage.summary(number)
    [failed] = json.loads(await jobs(stage, "list", "--state", "failed", "--json"))
    shown = await jobs(stage, "show", str(failed["id"]))
    assert "failed" in shown
    assert f"jobs retry {failed['id']}" in shown
    assert "module" in shown.partition("Errors so far")[2]
    await stage.server.stop()
    stage.server.settings = {**stage.server.settings, "REVIEW_FUNCTION": ""}
    await stage.start()

    assert "will be retried" in await jobs(stage, "retry", "--failed")

    await stage.reviewed(number)
    assert "success" == stage.pull(number)["checks"][0]["conclusion"]


async def test_a_running_review_that_the_operator_cancels_says_so(stage: Stage) -> None:
    held = stage.hold_the_first_question()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    [running] = json.loads(await jobs(stage, "list", "--state", "running", "--json"))
    await jobs(stage, "cancel", str(running["id"]), "--reason", "Not this week")
    await stage.until(lambda: stage.is_checked(number), "an end")
    held.set()

    assert "was not reviewed:** Not this week" in stage.summary(number)
    assert ["cancelled"] == list(conclusions(stage, number).values())
    assert "cancelled" in await jobs(stage, "list")


async def test_a_waiting_review_that_the_operator_cancels_says_so_too(stage: Stage) -> None:
    stage.model.respond = lambda _: web.json_response(DOWN, status=503, headers={"Retry-After": "3600"})
    number = await stage.open(LOOP)
    await stage.until(lambda: "postponed** until" in "".join(stage.own(number)), "the wait")
    [parked] = json.loads(await jobs(stage, "list", "--state", "parked", "--json"))
    await jobs(stage, "cancel", str(parked["id"]))
    await stage.until(lambda: stage.is_checked(number), "an end")

    assert "The operator cancelled the review." in stage.summary(number)


async def parked(stage: Stage) -> int:
    """Opens a pull request whose review begins, and then waits for the end of a limit of GitHub's."""
    limit = {"message": "You have exceeded a secondary rate limit.", "documentation_url": "x"}
    commits = "/repos/{owner}/{repo}/pulls/{pull_number}/commits"
    fault = Fault(method="GET", path=commits, status=403, headers={"Retry-After": "3"}, body=limit)
    stage.simulator.inject(fault)
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.logged("review_deferred"), "the wait")
    return number


async def test_a_pull_request_that_is_closed_while_its_review_waits_is_left_with_no_placeholder(
    stage: Stage,
) -> None:
    number = await parked(stage)
    await stage.simulator.close(REPOSITORY, number)
    await stage.until(lambda: stage.is_checked(number), "an end")

    assert "the pull request was closed" in stage.summary(number)
    assert ["cancelled"] == list(conclusions(stage, number).values())


async def test_a_head_whose_review_waited_when_a_newer_came_is_not_left_in_progress(stage: Stage) -> None:
    number = await parked(stage)
    old = stage.pull(number)["head"]
    await stage.push(number, FIX)
    await stage.reviewed(number)
    await stage.until(lambda: conclusions(stage, number)[old], "an end of the older")

    assert "cancelled" == conclusions(stage, number)[old]
