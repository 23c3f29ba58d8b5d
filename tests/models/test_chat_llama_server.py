"""The engine for chat completions against llama.cpp's own server."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Finish, Message, Model, Request, Role
from bot.models.chat.engine import OpenAIEngine
from bot.sandbox.openai_codec import OpenAICodec
from tests.llama_server import llama_server

SCHEMA = {
    "type": "object",
    "properties": {"purpose": {"type": "string", "maxLength": 40}, "effort": {"enum": [1, 2, 3]}},
    "required": ["purpose", "effort"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def url(tiny: Path) -> Iterator[str]:
    with llama_server(tiny, context=2048) as running:
        yield running


@pytest.fixture
async def engine(codec: OpenAICodec, url: str) -> AsyncIterator[OpenAIEngine]:
    model = Model(name="tiny", context=2048, answer=512)
    made = OpenAIEngine(codec, model, base_url=url, key="llama-key")
    yield made
    await made.aclose()


def _request(text: str, answer: int = 600, format_: str | None = None) -> Request:
    return Request(
        id="summary", messages=(Message(role=Role.USER, text=text),), format=format_, answer=answer
    )


async def test_a_server_that_enforces_schemas_answers_by_them(engine: OpenAIEngine) -> None:
    completion = await engine.complete(_request("the inner", format_=json.dumps(SCHEMA)))

    assert completion.finish == Finish.STOP
    assert completion.usage.prompt > 0
    jsonschema.validate(json.loads(completion.text), SCHEMA)


async def test_an_answer_that_is_cut_says_so(engine: OpenAIEngine) -> None:
    completion = await engine.complete(_request("the inner", answer=7))

    assert (completion.finish, completion.usage.answer) == (Finish.LENGTH, 7)


async def test_a_prompt_beyond_the_context_says_so(engine: OpenAIEngine) -> None:
    with pytest.raises(EngineFailure) as caught:
        await engine.complete(_request("x" * 4000))

    assert caught.value.kind == "context"


async def test_a_wrong_key_is_refused(codec: OpenAICodec, url: str) -> None:
    engine = OpenAIEngine(codec, Model(name="tiny", context=2048, answer=512), base_url=url, key="wrong-key")
    try:
        with pytest.raises(EngineFailure, match="OPENAI_API_KEY") as caught:
            await engine.complete(_request("x"))
    finally:
        await engine.aclose()

    assert caught.value.kind == "refused"
