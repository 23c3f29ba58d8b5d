"""The real openai-integration through the sandbox; its rules are tested beside it, in Rust."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import EngineFailure
from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, Enforcement, Finish, Message, Model, Request, Role, Usage
from bot.sandbox import OpenAICodec, Sandbox
from tests.sandbox.guests import DIST

MODEL = Model(name="qwen3", context=8192, answer=512)
REQUEST = Request(
    id="chunk/1",
    messages=(Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text="é\n")),
    format='{"z": 1, "a": 2}',
    answer=64,
    temperature=0.2,
)


@pytest.fixture(scope="session")
def codec(sandbox: Sandbox) -> OpenAICodec:
    return OpenAICodec(sandbox, DIST / "openai-integration.wasm")


def test_a_question_becomes_a_body(codec: OpenAICodec) -> None:
    body = codec.encode(REQUEST, MODEL, Dialect())

    assert json.loads(body) == {
        "model": "qwen3",
        "messages": [{"role": "system", "content": "You review."}, {"role": "user", "content": "é\n"}],
        "max_tokens": 64,
        "temperature": 0.2,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "chunk", "strict": True, "schema": {"z": 1, "a": 2}},
        },
    }
    assert '{"z": 1, "a": 2}' in body


def test_a_schema_that_is_none_is_told(codec: OpenAICodec) -> None:
    with pytest.raises(EngineFailure, match="schema of request") as caught:
        codec.encode(REQUEST.model_copy(update={"format": "{"}), MODEL, Dialect())

    assert caught.value.kind == "invalid"


def test_an_answer_is_read(codec: OpenAICodec) -> None:
    body = {
        "model": "qwen3-8b",
        "choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 1},
    }

    assert codec.decode(200, json.dumps(body)) == Completion(
        text="{}", finish=Finish.STOP, usage=Usage(prompt=5, answer=1), model="qwen3-8b"
    )


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, '{"error": {"code": "context_length_exceeded", "message": "too long"}}', "context", "too long"),
        (
            400,
            '{"error": {"message": "Unknown parameter: response_format"}}',
            "unsupported",
            "response_format",
        ),
        (401, '{"error": {"message": "Incorrect key sk-1"}}', "refused", "OPENAI_API_KEY"),
        (503, "<html>", "unavailable", "503"),
        (200, "<html>", "invalid", "OPENAI_BASE_URL"),
    ],
)
def test_an_error_is_told_apart(codec: OpenAICodec, status: int, body: str, kind: str, words: str) -> None:
    with pytest.raises(EngineFailure, match=words) as caught:
        codec.decode(status, body)

    assert caught.value.kind == kind


@given(
    text=st.text(),
    name=st.text(),
    enforcement=st.sampled_from(Enforcement),
    temperature=st.floats(0, 2, width=32),
)
def test_any_question_becomes_json(
    codec: OpenAICodec, text: str, name: str, enforcement: Enforcement, temperature: float
) -> None:
    messages = (Message(role=Role.USER, text=text),)
    request = REQUEST.model_copy(update={"messages": messages, "temperature": temperature})
    model = MODEL.model_copy(update={"name": name, "enforcement": enforcement})

    body = json.loads(codec.encode(request, model, Dialect()))

    assert body["messages"] == [{"role": "user", "content": text.encode("utf-8", "replace").decode()}]


@given(status=st.integers(0, 65535), body=st.text())
def test_any_answer_that_is_none_is_a_failure(codec: OpenAICodec, status: int, body: str) -> None:
    with pytest.raises(EngineFailure):
        codec.decode(status, body)
