"""Removes keywords from JSON schemas for servers that do not support them."""

import json
from collections.abc import Collection, Iterator
from typing import Any

# Keywords whose value is a map of schemas, a list of schemas, or one schema.
_NAMED = ("properties", "$defs", "definitions", "patternProperties")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "not", "contains", "additionalItems", "propertyNames")


def loosened(schema: str, without: Collection[str], *, closed: bool = False) -> str:
    """The schema without the keywords of those names, in the same order. With `closed`, every object
    requires all its fields and allows no others.
    """
    if not without and not closed:
        return schema
    return json.dumps(_loosened(json.loads(schema), without, closed=closed), ensure_ascii=False)


def inner_schemas(schema: dict[str, Any]) -> Iterator[Any]:
    """The direct subschemas. Names of fields and values of choices are not schemas."""
    for name in _NAMED:
        if isinstance(schema.get(name), dict):
            yield from schema[name].values()
    for name in _LISTED:
        if isinstance(schema.get(name), list):
            yield from schema[name]
    for name in _SINGLE:
        if isinstance(schema.get(name), dict):
            yield schema[name]


def _loosened(schema: Any, without: Collection[str], *, closed: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    left = {name: value for name, value in schema.items() if name not in without}
    for name in _NAMED:
        if isinstance(left.get(name), dict):
            left[name] = {key: _loosened(inner, without, closed=closed) for key, inner in left[name].items()}
    for name in _LISTED:
        if isinstance(left.get(name), list):
            left[name] = [_loosened(inner, without, closed=closed) for inner in left[name]]
    for name in _SINGLE:
        if isinstance(left.get(name), dict):
            left[name] = _loosened(left[name], without, closed=closed)
    if closed and isinstance(left.get("properties"), dict):
        left |= {"required": list(left["properties"]), "additionalProperties": False}
    return left
