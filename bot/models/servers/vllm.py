"""JSON schemas for vLLM that allow any text in strings.

vLLM's usual backend, xgrammar, allows no escapes in a string with a length bound: no quote, backslash or line
feed, and so no code. Strings without bounds follow JSON.
"""

from bot.models.schema_loosening import loosened

LENGTHS = ("minLength", "maxLength")


def loose(schema: str) -> str:
    """The schema without the lengths of its strings."""
    return loosened(schema, LENGTHS)
