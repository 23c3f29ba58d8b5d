"""Text from outside as it can be stored: it may hold anything, and must never cost a review."""

import json

from pydantic_core import PydanticSerializationError

from bot.core.value import Value


def storable(text: str) -> str:
    """The text with what cannot be stored replaced.

    PostgreSQL keeps no NUL in a text; UTF-8 has no halves of surrogate pairs, which become "?" as they do
    for modules (bot/sandbox/components/value_types.py).
    """
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def as_json(value: Value) -> str:
    """The value as JSON. A NUL is escaped in it, so only halves of surrogate pairs are replaced."""
    try:
        return value.model_dump_json()
    except PydanticSerializationError:
        text = json.dumps(value.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace").decode()
