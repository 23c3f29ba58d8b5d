"""JSON schemas for vLLM, in whose answers anything can be said.

What it mostly enforces them with (xgrammar) knows no escapes in a string of a bounded length: neither a
quote nor a backslash nor a line feed can stand there, so no code. In strings without bounds all is as in
JSON.
"""

from bot.models.schema_loosening import loosened

LENGTHS = ("minLength", "maxLength")


def loose(schema: str) -> str:
    """The schema without the lengths of its strings."""
    return loosened(schema, LENGTHS)
