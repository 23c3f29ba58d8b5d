"""vLLM as it is: what was seen of version 0.32."""

import json
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, Enforcement, FailureKind, Finish, Message, Request, Role, Usage
from bot.models.answer_check import AnswerCheck
from bot.models.servers.engine import ServedEngine
from bot.models.servers.vllm import LENGTHS, loose
from tests.models.fuzz_schemas import Schemas
from tests.models.model_servers import VLLM

Asking = Callable[..., AbstractAsyncContextManager[ServedEngine]]

CODE = "if a == \"b\":\n\treturn '\\\\'"
FIX = {
    "type": "object",
    "properties": {"replacement": {"type": "string", "maxLength": 60}},
    "required": ["replacement"],
    "additionalProperties": False,
}


def _request(text: str = "the inner", answer: int = 60, schema: dict[str, Any] | None = None) -> Request:
    messages = (Message(role=Role.USER, text=text),)
    return Request(id="fix", messages=messages, format=json.dumps(schema) if schema else None, answer=answer)


async def test_code_can_be_said_in_an_answer(asking: Asking) -> None:
    """Its grammars know no escapes in strings of a bounded length: no quote, no line feed."""
    vllm = VLLM(coder=32_768)
    vllm.says = json.dumps({"replacement": CODE})
    async with asking(vllm.app) as engine:
        completion = await engine.complete(_request(schema=FIX))

    assert {"replacement": CODE} == json.loads(completion.text)


async def test_a_text_that_is_longer_than_asked_for_is_taken(asking: Asking) -> None:
    vllm = VLLM(coder=32_768)
    vllm.says = json.dumps({"replacement": CODE * 9})
    async with asking(vllm.app) as engine:
        completion = await engine.complete(_request(schema=FIX))
        enforcement = engine.enforcement

    assert {"replacement": CODE * 9} == json.loads(completion.text)
    assert (Finish.STOP, Enforcement.SCHEMA) == (completion.finish, enforcement)


async def test_an_answer_that_finds_no_end_is_asked_for_within_bounds() -> None:
    """A tab stands there as it is then, which is no JSON."""
    asked = []

    async def ask(request: Request) -> Completion:
        asked.append(json.loads(request.format or ""))
        endless = len(asked) == 1
        return Completion(
            text='{"replacement": "' + "x" * 200 if endless else '{"replacement": "\tx"}',
            finish=Finish.LENGTH if endless else Finish.STOP,
            usage=Usage(prompt=1, answer=60),
            model="coder",
        )

    completion = await AnswerCheck(ask, lambda: True, loose).complete(_request(schema=FIX))

    assert ["maxLength" in schema["properties"]["replacement"] for schema in asked] == [False, True]
    assert {"replacement": "\tx"} == json.loads(completion.text)


def test_only_lengths_of_strings_are_left_out() -> None:
    schema = {
        "type": "object",
        "properties": {
            "maxLength": {"type": "integer", "minimum": 1, "maximum": 3},
            "minLength": {"type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2},
            "kind": {"anyOf": [{"enum": ["maxLength"]}, {"type": "string", "minLength": 1, "maxLength": 9}]},
        },
        "required": ["maxLength", "minLength", "kind"],
        "additionalProperties": False,
    }
    left = {
        **schema,
        "properties": {
            "maxLength": {"type": "integer", "minimum": 1, "maximum": 3},
            "minLength": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
            "kind": {"anyOf": [{"enum": ["maxLength"]}, {"type": "string"}]},
        },
    }

    assert left == json.loads(loose(json.dumps(schema)))


@pytest.mark.parametrize("seed", range(50))
def test_strange_schemas_are_left_as_strange_as_they_are(seed: int) -> None:
    schema = Schemas(random.Random(seed), 0.5).one()
    left = json.loads(loose(json.dumps(schema)))

    assert "Length" not in json.dumps(left)
    assert _told(left) == _told(schema)


def _told(schema: Any) -> Any:
    """All of it but lengths."""
    if isinstance(schema, dict):
        return {name: _told(value) for name, value in schema.items() if name not in LENGTHS}
    return [_told(one) for one in schema] if isinstance(schema, list) else schema


async def test_what_does_not_fit_is_told_so_that_less_is_asked(asking: Asking) -> None:
    async with asking(VLLM(coder=2048).app) as engine:
        with pytest.raises(EngineFailure) as caught:
            await engine.complete(_request("x" * 2049, 60))

    assert FailureKind.CONTEXT == caught.value.kind


async def test_an_answer_that_takes_up_the_context_is_kept_shorter(asking: Asking) -> None:
    vllm = VLLM(coder=2048)
    async with asking(vllm.app) as engine:
        await engine.complete(_request("x" * 100, 20_400))

    assert [20_400, 512] == [body["max_tokens"] for body in vllm.asked]


async def test_of_several_names_for_one_model_the_first_is_taken(asking: Asking) -> None:
    vllm = VLLM(coder=32_768, coder_too=32_768)
    vllm.root = "/srv/models/Qwen3-8B"
    async with asking(vllm.app) as engine:
        completion = await engine.complete(_request())
    async with asking(vllm.app, model="coder_too") as engine:
        other = await engine.complete(_request())

    assert ("coder", "coder_too") == (completion.model, other.model)


async def test_models_beside_each_other_have_to_be_chosen_from(asking: Asking) -> None:
    """An adapter is another model."""
    async with asking(VLLM(coder=32_768, reviewer=32_768).app) as engine:
        with pytest.raises(EngineFailure, match=r"has 2 models.*coder, reviewer"):
            await engine.start()


async def test_a_family_is_known_by_what_was_loaded(asking: Asking) -> None:
    """Operators serve a model by a name of their own."""
    vllm = VLLM(coder=32_768)
    vllm.root = "/srv/models/Qwen3-8B"
    async with asking(vllm.app) as engine:
        await engine.start()
        profile = engine.profile

    assert profile
    assert ("qwen3", 8, "coder") == (profile.name, profile.size_b, engine.model.name)
