"""Narrows arbitrary JSON schemas to the subset that a grammar enforces.

A narrowed schema allows no structure that the original forbids: it adds bounds, requires every field, and
drops keywords that no grammar enforces (a pattern, a format), which are checked in the answer instead.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from bot.models.schemas import (
    CHOICES,
    DEPTH,
    MOST,
    REPEATS,
    WHOLE,
    Schema,
    SchemaError,
    check,
    choices,
    is_sound,
    size,
    type_of,
)

TEXT = 1000  # characters of a string that has no bound
ITEMS = 20  # of a list that has none
COUNTED = 10**9  # whole numbers without a bound
STEPS = 20  # between the ends of a short range of fractions

# Keywords that bounds cannot replace.
REFUSED = ("$ref", "$dynamicRef", "$recursiveRef", "allOf", "prefixItems")


def read(text: str) -> Any:
    """Parses a schema. Raises `SchemaError` if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError("", text[:20], f"is not JSON: {error}") from None


def narrowed(schema: object) -> dict[str, Any]:
    """The nearest schema that passes `check`. Raises `SchemaError` if there is none."""
    found = _narrow(schema, "", 0)
    fit = found if size(found) <= MOST else fitted(found, MOST)
    check(fit or found)
    return fit or found


def fitted(schema: Schema, characters: int, character: float = 6) -> dict[str, Any] | None:
    """A checked schema with lists and strings shortened until an answer has at most `characters`; None if
    that is impossible. `character` is as for `size`.
    """
    if size(_shortened(schema, 0), character) > characters:
        return None
    share = 1.0
    while size(fit := _shortened(schema, share), character) > characters:
        share *= 0.75
    return fit


def _shortened(schema: Schema, share: float) -> dict[str, Any]:
    """Shortens lists more than strings: a short list is more useful than a cut sentence."""
    short = dict(schema)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            short[keyword] = [_shortened(branch, share) for branch in schema[keyword]]
    if "properties" in schema:
        fields = schema["properties"].items()
        short["properties"] = {name: _shortened(field, share) for name, field in fields}
    if "items" in schema:
        short["items"] = _shortened(schema["items"], share)
        short["maxItems"] = _less(schema, "minItems", "maxItems", share)
    if "maxLength" in schema:
        short["maxLength"] = _less(schema, "minLength", "maxLength", math.sqrt(share))
    return short


def _less(schema: Schema, low: str, high: str, share: float) -> int:
    most = int(schema[high])
    return max(math.floor(most * share), int(schema.get(low, 0)), min(1, most))


def _narrow(schema: object, path: str, depth: int) -> dict[str, Any]:
    if not isinstance(schema, Mapping):
        raise SchemaError(path, json.dumps(schema)[:20], "is not a schema that describes the answer")
    if depth > DEPTH:
        raise SchemaError(path, "properties", f"nest deeper than {DEPTH} levels")
    for keyword in REFUSED:
        if keyword in schema:
            raise SchemaError(path, keyword, "cannot be enforced by a grammar")
    if "enum" in schema or "const" in schema:
        return _choice(schema, path)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return _either(schema, keyword, path, depth)
    kind = schema.get("type", _meant(schema))
    if isinstance(kind, list):
        branches = [{**schema, "type": one} for one in kind]
        return _either({"anyOf": branches}, "anyOf", path, depth)
    return {**_words(schema), **_typed({**schema, "type": kind}, path, depth)}


def _meant(schema: Schema) -> str | None:
    """The type of a schema that leaves it out."""
    implied = {"properties": "object", "items": "array", "maxLength": "string"}
    return next((kind for keyword, kind in implied.items() if keyword in schema), None)


def _words(schema: Schema) -> dict[str, Any]:
    return {name: schema[name] for name in ("title", "description") if isinstance(schema.get(name), str)}


def _choice(schema: Schema, path: str) -> dict[str, Any]:
    keyword = "enum" if "enum" in schema else "const"
    values = choices(schema)
    if not isinstance(values, list):
        raise SchemaError(path, keyword, "needs a list of choices")
    kinds = {"string", "integer", "number", "boolean", "null"} & _kinds(schema)
    fit = {json.dumps(value): value for value in values if type_of(value) in kinds and is_sound(value)}
    if not 0 < len(fit) <= CHOICES:
        raise SchemaError(path, keyword, f"has {len(fit)} plain values; 1 to {CHOICES} are required")
    return {**_words(schema), "enum": list(fit.values())}


def _kinds(schema: Schema) -> set[str]:
    """The types that `type` allows a choice to have."""
    kind = schema.get("type")
    kinds = set(map(str, kind)) if isinstance(kind, list) else {str(kind)}
    if kind is None:
        kinds = {"string", "integer", "number", "boolean", "null"}
    return kinds | ({"integer"} if "number" in kinds else set())


def _either(schema: Schema, keyword: str, path: str, depth: int) -> dict[str, Any]:
    """Each branch, merged with its sibling keywords. The `oneOf` rule itself is checked in the answer."""
    branches = schema[keyword]
    if not isinstance(branches, list) or not branches:
        raise SchemaError(path, keyword, "needs a list of schemas")
    shared = {name: value for name, value in schema.items() if name not in (keyword, "title", "description")}
    merged = [{**shared, **one} if isinstance(one, Mapping) else one for one in branches]
    narrow = [_narrow(one, f"{path}/{keyword}/{nth}", depth + 1) for nth, one in enumerate(merged)]
    return {**_words(schema), "anyOf": narrow} if len(narrow) > 1 else narrow[0]


def _typed(schema: Schema, path: str, depth: int) -> dict[str, Any]:
    match schema["type"]:
        case "object":
            return _object(schema, path, depth)
        case "array":
            items = _narrow(schema.get("items"), f"{path}/items", depth + 1)
            bounds = _bounds(schema, ("minItems", "maxItems"), ITEMS, path)
            return {"type": "array", "items": items, **bounds}
        case "string":
            return {"type": "string", **_bounds(schema, ("minLength", "maxLength"), TEXT, path)}
        case "integer":
            return _integer(schema, path)
        case "number":
            return _number(schema, path)
        case "boolean" | "null" as kind:
            return {"type": kind}
        case None:
            raise SchemaError(path, next(iter(schema), "type"), "has no type")
        case unknown:
            raise SchemaError(path, "type", f"is {unknown!r:.60}, which is not a JSON type")


def _object(schema: Schema, path: str, depth: int) -> dict[str, Any]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        raise SchemaError(path, "properties", "must name the fields")
    for name in required:
        if name not in properties:
            raise SchemaError(path, "required", f"names {name!r:.60}, which has no schema")
    fields = {name: _narrow(field, f"{path}/{name}", depth + 1) for name, field in properties.items()}
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _bounds(schema: Schema, names: tuple[str, str], usual: int, path: str) -> dict[str, int]:
    low, high = (_whole(schema, name, path) for name in names)
    low = max(low or 0, 0)
    most = max(usual, low) if high is None else min(high, REPEATS)
    if low > min(most, REPEATS):
        raise SchemaError(path, names[0], f"is {low}, more than {min(most, REPEATS)}")
    return {names[0]: low, names[1]: most} if low else {names[1]: most}


def _whole(schema: Schema, name: str, path: str) -> int | None:
    bound = schema.get(name)
    if bound is not None and type_of(bound) != "integer":
        raise SchemaError(path, name, "must be a whole number")
    return bound


def _integer(schema: Schema, path: str) -> dict[str, Any]:
    low, high = _range(schema, path)
    least, most = math.ceil(low), math.floor(high)
    if low == least and low == schema.get("exclusiveMinimum"):
        least += 1
    if high == most and high == schema.get("exclusiveMaximum"):
        most -= 1
    if least > most:
        raise SchemaError(path, "minimum", "leaves no whole number")
    return {"type": "integer", "minimum": least, "maximum": most}


def _range(schema: Schema, path: str) -> tuple[float, float]:
    """Lower and upper bound, both within the range that is enforced exactly."""
    for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if type_of(schema.get(name, 0)) not in ("integer", "number") or not is_sound(schema.get(name, 0)):
            raise SchemaError(path, name, "must be a number")
    lows = [schema[name] for name in ("minimum", "exclusiveMinimum") if name in schema]
    highs = [schema[name] for name in ("maximum", "exclusiveMaximum") if name in schema]
    low = max(lows) if lows else min([-COUNTED, *highs])
    high = min(highs) if highs else max([COUNTED, *lows])
    return max(low, -WHOLE), min(high, WHOLE)


def _number(schema: Schema, path: str) -> dict[str, Any]:
    """Grammars enforce no range of fractions: a short range becomes choices, a long one whole numbers."""
    low, high = _range(schema, path)
    if high - low > STEPS:
        return _integer(schema, path)
    steps = [round(low + (high - low) * step / STEPS, 6) for step in range(STEPS + 1)]
    ends = (schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum"))
    fit = dict.fromkeys(step for step in steps if low <= step <= high and step not in ends)
    if not fit:
        raise SchemaError(path, "minimum", "leaves no number")
    return {"enum": list(fit)}
