"""Makes text from outside storable: no character of it may make a review fail."""

import json

from pydantic_core import PydanticSerializationError

from bot.core.value import Value


def storable(text: str) -> str:
    """The text with unstorable characters replaced.

    PostgreSQL stores no NUL. UTF-8 has no lone surrogates, which become "?" as they do for modules
    (bot/sandbox/components/value_types.py).
    """
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def as_json(value: Value) -> str:
    """The value as JSON. JSON escapes a NUL, so only lone surrogates are replaced."""
    try:
        return value.model_dump_json()
    except PydanticSerializationError:
        text = json.dumps(value.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace").decode()
