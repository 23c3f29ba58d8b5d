"""Budgets of tokens: never exceeded, also by several processes and after a crash; and what is said then."""

import json
from typing import Any

import pytest
from aiohttp import web

from tests.postgres import Cluster
from tests.stories.scripted_model import ScriptedModel
from tests.stories.scripted_model import completion as completion_of
from tests.stories.stage import Stage
from tests.stories.test_story_machines import machines
from tests.stories.test_story_tokens import new_file


class Bill:
    """Every answer costs the most that it may, and the model's server adds it up."""

    def __init__(self, model: ScriptedModel) -> None:
        self._model = model
        self.tokens = 0

    def __call__(self, body: dict[str, Any]) -> web.Response:
        answer = completion_of(json.dumps(self._model.usual(body)), body)
        said = json.loads(answer.text or "")
        said["usage"]["completion_tokens"] = body["max_completion_tokens"]
        self.tokens += said["usage"]["prompt_tokens"] + body["max_completion_tokens"]
        return web.json_response(said)


@pytest.fixture
def bill(unset_stage: Stage) -> Bill:
    """Small questions, so that there are many."""
    unset_stage.server.settings = {
        **unset_stage.server.settings,
        "OPENAI_ANSWER": "1024",
        "REVIEW_PORTION": "1500",
    }
    unset_stage.model.respond = bill = Bill(unset_stage.model)
    return bill


def limited(stage: Stage, **limits: int) -> None:
    given = {f"BUDGET_{name.upper()}": str(limit) for name, limit in limits.items()}
    stage.server.settings = {**stage.server.settings, **given}


def files(first: int, count: int) -> str:
    return "".join(map(new_file, range(first, first + count)))


async def test_a_review_stops_asking_where_its_budget_ends_and_says_so(
    unset_stage: Stage, bill: Bill
) -> None:
    stage = unset_stage
    limited(stage, review=30_000)
    await stage.start()
    number = await stage.open(files(0, 16))
    summary = await stage.reviewed(number)

    assert 15_000 < bill.tokens <= 30_000
    assert "Makes the thing do what it says." in summary
    assert "budget" in summary
    assert "/review continue" in summary
    assert "of 16 files reviewed" in summary
    assert not stage.server.troubles


async def test_without_a_limit_everything_is_reviewed(unset_stage: Stage, bill: Bill) -> None:
    await unset_stage.start()
    number = await unset_stage.open(files(0, 16))
    summary = await unset_stage.reviewed(number)

    assert bill.tokens > 30_000
    assert "/review continue" not in summary


async def test_a_month_that_is_spent_leaves_no_green_check(unset_stage: Stage, bill: Bill) -> None:
    """Rules still read the diff; what the model did not see is named."""
    stage = unset_stage
    limited(stage, month=30_000)
    await stage.start()
    for first in range(4):
        number = await stage.open(files(first * 10, 10), title=f"Change {first}")
        await stage.reviewed(number)
    spent = bill.tokens
    last = await stage.open(files(40, 10), title="The last one")
    summary = await stage.reviewed(last)
    [check] = stage.pull(last)["checks"]

    assert spent == bill.tokens <= 30_000
    assert "budget" in summary
    assert "success" != check["conclusion"]


async def test_processes_share_the_budget_of_a_month(
    unset_stage: Stage, postgres: Cluster, bill: Bill
) -> None:
    stage = unset_stage
    limited(stage, month=60_000)
    async with machines(stage, postgres.fresh(), 2) as workers:
        numbers = [await stage.open(files(at * 8, 8), title=f"Change {at}") for at in range(6)]
        for number in numbers:
            await stage.reviewed(number)
        told = [stage.summary(number) for number in numbers]

        assert not [trouble for server in (stage.server, *workers) for trouble in server.troubles]
    assert 30_000 < bill.tokens <= 60_000
    assert any("budget" in summary for summary in told)


async def test_a_crash_makes_a_review_no_dearer(unset_stage: Stage, bill: Bill) -> None:
    """What had been paid for counts, and so does what was under way."""
    stage = unset_stage
    limited(stage, review=40_000)
    await stage.start()

    def kill(body: dict[str, Any]) -> web.Response:
        answer = bill(body)
        if len(stage.model.asked) == 5:
            stage.server.kill()
            stage.model.respond = bill
        return answer

    stage.model.respond = kill
    number = await stage.open(files(0, 16))
    await stage.server.gone()
    await stage.start()
    await stage.reviewed(number)

    assert bill.tokens <= 40_000
    assert len(stage.model.asked) > 5
