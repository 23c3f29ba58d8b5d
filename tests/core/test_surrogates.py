"""JSON with halves of surrogate pairs is made readable, and nothing else in it is changed."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.surrogates import without_halves
from bot.github.webhooks.payloads import Payload

anything = st.text(st.characters(), max_size=40) | st.text('\\"u\ud83d\ude00ad8dc0', max_size=12)


def whole(value: str) -> str:
    """The text as UTF-16 reads it, with U+FFFD for halves."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@given(st.dictionaries(anything, anything, max_size=4))
@example({"a": "\ud83d"})
@example({"a": "\ude00\ud83d"})
@example({"a": "\ud83d\ud83d\ude00"})
@example({"a": "\\ud83d"})
@example({"a": "\\\\ud83d\ude00"})
def test_only_halves_are_replaced(value: dict[str, str]) -> None:
    written = without_halves(json.dumps(value).encode())
    read = json.loads(written)

    assert {_replaced(key): _replaced(text) for key, text in value.items()} == read
    Payload.model_validate_json(written)


def _replaced(text: str) -> str:
    paired = json.loads(json.dumps(text))  # two halves that stand side by side are one character there
    return "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in paired)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": "\\u',
        b'{"a": "\\',
        b"\\ud83",
        b'{"a": "\xff"}',
        b'{"a": "plain"}',
        '{"a": "😀"}'.encode(),
    ],
)
def test_what_holds_no_halves_is_left_as_it_is(body: bytes) -> None:
    assert body == without_halves(body)
