"""Reviews that the server has made are made again offline, to the same bytes, whatever went on."""

import asyncio
import json
import sys
from typing import Any

import pytest
from aiohttp import web

from bot.core.change import PullRef
from bot.core.llm.messages import Excerpt, Failure, FailureKind
from bot.core.records import Transcript
from bot.engine import connect
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.scripted_model import schema_of
from tests.stories.stage import REPOSITORY, Stage
from tests.stories.test_story_tokens import new_file

FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2}
ONLINE = ("OPENAI_BASE_URL", "OPENAI_MODEL", "GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "GITHUB_API_URL")


async def replayed(stage: Stage, review: str) -> dict[str, Any]:
    """What `review-bot replay` says where there is no model and no GitHub."""
    environment = {name: value for name, value in stage.server.environment.items() if name not in ONLINE}
    command = (sys.executable, "-m", "bot.cli", "replay", review, "--json")
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert out, err
    told: dict[str, Any] = json.loads(out)
    assert (process.returncode == 0) == told["same"]
    return told


async def again(stage: Stage, number: int) -> Transcript:
    """The latest review of a pull request is made again; what it was made from."""
    told = await replayed(stage, f"{REPOSITORY}#{number}")
    assert told["same"], told
    assert told["head"] == stage.pull(number)["head"]
    async with await connect(stage.server.settings["DATABASE_URL"]) as store:
        record = await store.records.latest(PullRef(repository=REPOSITORY, number=number))
        assert record
        assert record.id
        transcript = await store.records.transcript(record.id)
    assert transcript
    return transcript


def kinds(transcript: Transcript) -> set[str]:
    """The kinds of failure among the answers of models."""
    asked = ("chunk/", "verify/", "summary", "plan")
    answers = (one.answer for one in transcript.exchanges if one.id.startswith(asked))
    return {answer.kind.value for answer in answers if isinstance(answer, Failure)}


async def test_each_review_of_a_pull_request_is_made_again(stage: Stage) -> None:
    stage.model.findings = [FOUND]
    number = await stage.open(LOOP, DOCS)
    await stage.reviewed(number)
    first = await again(stage, number)
    await stage.push(number, FIX)
    await stage.reviewed(number)
    second = await again(stage, number)

    assert (await replayed(stage, "1"))["same"]
    assert first.exchanges != second.exchanges
    assert first.module == second.module


async def test_texts_are_part_of_what_a_review_is_made_from(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    transcript = await again(stage, number)
    texts = [one.answer.text for one in transcript.exchanges if isinstance(one.answer, Excerpt)]

    assert ["shop/cart.py"] == sorted({place.path for place in transcript.places})
    assert any("first = items[0]" in text for text in texts)


async def test_a_review_without_a_model_is_made_again(unset_stage: Stage) -> None:
    stage = unset_stage
    hidden = dict.fromkeys(("OPENAI_BASE_URL", "OPENAI_MODEL"), "")
    stage.server.settings = {**stage.server.settings, **hidden}
    await stage.start()
    number = await stage.open(LOOP, DOCS)
    await stage.reviewed(number)

    assert (await again(stage, number)).settings.model is None


@pytest.mark.parametrize("answer", ["no JSON", "refused", "late"])
async def test_a_review_whose_model_failed_is_made_again(stage: Stage, answer: str) -> None:
    """It answers no question about chunks, or none at first."""

    def respond(body: dict[str, Any]) -> Any:
        if answer == "late":
            return "no JSON" if len(stage.model.asked) == 1 else None
        if "notes" not in schema_of(body)["properties"]:
            return None
        refusal = {"error": {"message": "no", "type": "invalid_request_error", "code": "content_policy"}}
        return web.json_response(refusal, status=403) if answer == "refused" else answer

    stage.model.respond = respond
    number = await stage.open(LOOP, DOCS)
    await stage.reviewed(number)
    transcript = await again(stage, number)

    assert ({FailureKind.REFUSED.value} if answer == "refused" else set()) == kinds(transcript)


async def test_a_review_that_spent_its_budget_is_made_again(unset_stage: Stage) -> None:
    stage = unset_stage
    small = {"OPENAI_ANSWER": "1024", "REVIEW_PORTION": "1500", "BUDGET_REVIEW": "20000"}
    stage.server.settings = {**stage.server.settings, **small}
    await stage.start()
    number = await stage.open("".join(map(new_file, range(16))))
    await stage.reviewed(number)

    assert {"budget"} == kinds(await again(stage, number))
