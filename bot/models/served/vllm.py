"""JSON schemas for vLLM, in whose answers anything can be said.

What it mostly enforces them with (xgrammar) knows no escapes in a string of a bounded length: neither a
quote nor a backslash nor a line feed can stand there, so no code. In strings without bounds all is as in
JSON.
"""

import json
from typing import Any

LENGTHS = ("minLength", "maxLength")


def loose(schema: str) -> str:
    """The schema without the lengths of its strings."""
    return json.dumps(_loose(json.loads(schema)))


def _loose(schema: Any) -> Any:
    """Only where a schema stands: fields may have any name, and choices any value."""
    if not isinstance(schema, dict):
        return schema
    left = {name: value for name, value in schema.items() if name not in LENGTHS}
    for name in ("anyOf", "oneOf"):
        if isinstance(left.get(name), list):
            left[name] = [_loose(one) for one in left[name]]
    if isinstance(left.get("properties"), dict):
        left["properties"] = {name: _loose(one) for name, one in left["properties"].items()}
    if "items" in left:
        left["items"] = _loose(left["items"])
    return left
