"""Named tensors as questions to a child: which names there are, what goes before what, what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import NNError
from bot.models.llama.tensors import answer, configuration, question

CHAT = b'[{"role": "user", "content": "x"}]'
# Schemas that Python's own parser has no stack for, or takes although they cannot be written again.
DEEP = b'{"json-schema": "' + b"[" * 100_000 + b'"}'
HALF = b'{"json-schema": "{\\"const\\": \\"\\\\ud800\\"}"}'
USUAL = {"n-predict": -1, "temp": 0.0, "seed": 0, "json-schema": None}


def options(config: bytes = b"", **inputs: bytes) -> dict[str, Any]:
    _, fields = question({"prompt": b"x", **inputs}, configuration(config))
    asked: dict[str, Any] = fields["options"]
    return asked


def refusal(inputs: dict[str, bytes], config: bytes = b"") -> str:
    with pytest.raises(NNError) as caught:
        question(inputs, configuration(config))
    assert caught.value.code == "invalid-argument"
    return str(caught.value)


def test_messages_are_a_chat() -> None:
    expected = {"messages": [{"role": "user", "content": "x"}], "options": USUAL}

    assert question({"messages": CHAT}, {}) == ("complete", expected)


@pytest.mark.parametrize("name", ["prompt", "0"])
def test_a_prompt_is_text_as_it_is(name: str) -> None:
    text = "é <|im_start|> \0"

    assert question({name: text.encode()}, {}) == (
        "generate",
        {"prompt": text, "options": USUAL, "stream": False},
    )


def test_options_go_before_metadata_and_that_before_the_configuration() -> None:
    config = b'{"n-predict": 1, "temp": 0.1, "top-k": 1}'

    asked = options(config, metadata=b'{"n-predict": 2, "temp": 0.2}', options=b'{"n-predict": 3}')

    assert asked == {**USUAL, "n-predict": 3, "temp": 0.2, "top-k": 1}


@pytest.mark.parametrize("name", ["metadata", "1"])
def test_metadata_is_read_as_wasmedge_s_guests_write_it(name: str) -> None:
    written = {
        "enable-log": True,
        "ctx-size": 512,
        "n-predict": -7,
        "seed": -1,
        "reverse-prompt": "###",
        "json_schema": '{"type": "object"}',
        "grammar": None,
    }

    asked = options(**{name: json.dumps(written).encode()})

    expected = {"seed": 2**32 - 1, "stop": ["###"], "json-schema": {"type": "object"}}
    assert asked == {**USUAL, **expected}


def test_an_empty_schema_is_none() -> None:
    assert options(metadata=b'{"json_schema": ""}') == USUAL


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (
            {"messages": CHAT, "text": b"", "2": b""},
            "unknown tensors `text`, `2`; known tensors: messages, prompt",
        ),
        ({"messages": CHAT, "prompt": b"x"}, "`messages` and `prompt` cannot be combined"),
        ({"prompt": b"x", "0": b"x"}, "`prompt` and `0` mean the same"),
        ({"prompt": b"x", "1": b"{}", "metadata": b"{}"}, "`metadata` and `1` mean the same"),
        ({"0": b"abc\xff"}, "`0` is not UTF-8: invalid start byte at byte 3"),
        ({"options": b"{}"}, "a tensor `messages` or `prompt` is required"),
        ({"prompt": b"x", "1": b"{"}, "tensor `1`"),
        ({"prompt": b"x", "1": b'{"temp": "hot"}'}, "tensor `1` temp"),
        ({"prompt": b"x", "options": b'{"enable-log": true}'}, "tensor `options` enable-log"),
        ({"prompt": b"x", "options": b'{"top-p": NaN}'}, "tensor `options` top-p"),
        ({"prompt": b"x", "options": b'{"json-schema": "["}'}, "tensor `options` json-schema"),
        ({"prompt": b"x", "metadata": DEEP}, "tensor `metadata` json-schema: Value error, recursion limit"),
        ({"prompt": b"x", "options": HALF}, "tensor `options` json-schema"),
    ],
)
def test_what_is_wrong_is_named(inputs: dict[str, bytes], words: str) -> None:
    assert words in refusal(inputs)


def test_a_configuration_that_is_wrong_is_named() -> None:
    assert "configuration ctx-size" in refusal({"prompt": b"x"}, b'{"ctx-size": -1}')


def test_what_is_too_much_to_read_is_too_large() -> None:
    with pytest.raises(NNError) as caught:
        question({"prompt": bytes((64 << 20) + 1)}, {})

    assert caught.value.code == "too-large"


@pytest.mark.parametrize(("finish", "told"), [("stop", "stop"), ("length", "length"), ("limit", "length")])
def test_an_answer_that_ends_with_the_context_is_cut_too(finish: str, told: str) -> None:
    outputs = answer({"text": "é\ud800", "input": 3, "output": 2, "finish": finish}, "tiny")

    assert outputs["text"].decode() == "é?"
    expected = {"input_tokens": 3, "output_tokens": 2, "finish": told, "model": "tiny"}
    assert json.loads(outputs["metadata"]) == expected


_NAMES = st.sampled_from(["messages", "prompt", "0", "options", "metadata", "1", "x"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["n-predict", "temp", "seed", "stop", "json-schema", "role"]) | st.text(), inner
        )
    ),
)
_CONTENTS = st.binary() | _JSON.map(lambda value: json.dumps(value).encode())


@given(st.dictionaries(_NAMES, _CONTENTS), _CONTENTS)
def test_whatever_comes_is_a_question_or_refused(inputs: dict[str, bytes], config: bytes) -> None:
    try:
        op, fields = question(inputs, configuration(config))
    except NNError:
        return
    assert op in {"complete", "generate"}
    assert 0 <= fields["options"]["seed"] < 2**32
    assert fields["options"]["n-predict"] >= -1
