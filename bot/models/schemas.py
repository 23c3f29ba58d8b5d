"""Checks that a JSON schema uses only keywords that both of llama.cpp's grammar engines enforce.

One engine ignores unknown keywords; the other then enforces nothing at all. So only these are allowed:
objects with all fields required and no others allowed; lists, strings and whole numbers with bounds; choices,
booleans, null, and alternatives of these.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]
Scalar = str | int | float | bool | None

# The longest strings and lists: grammars grow with them.
REPEATS = 8000
CHOICES = 2000
DEPTH = 16
WHOLE = 10**15
# Largest number of characters of an answer.
MOST = 1_000_000
# Bytes of an escaped character in JSON: `\u0000`.
ESCAPED = 6

TYPES = ("object", "array", "string", "integer", "boolean", "null")
KEYWORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
    "boolean": set[str](),
    "null": set[str](),
}
WORDS = {"title", "description"}  # read by the model, ignored by the grammar


class SchemaError(ValueError):
    """A schema cannot be enforced because of `keyword` at `path` ("/a/items")."""

    def __init__(self, path: str, keyword: str, why: str) -> None:
        super().__init__(f"the answer's JSON schema cannot be enforced: at {path or '/'}, {keyword!r} {why}")
        self.path = path
        self.keyword = keyword


def check(schema: object) -> None:
    """Raises `SchemaError` unless both engines enforce all of `schema`, and it bounds the answer."""
    _check(schema, "", 0)
    if (longest := size(schema)) > MOST:
        raise SchemaError("", "maxItems", f"allows an answer of {longest} characters; the limit is {MOST}")


def size(schema: Any, character: float = ESCAPED) -> int:
    """The largest number of characters of an answer to a schema that passes `check`; each character of a
    string counts as `character`.
    """
    if "enum" in schema or "const" in schema:
        return max(len(json.dumps(value)) for value in choices(schema))
    if branches := schema.get("anyOf") or schema.get("oneOf"):
        return max(size(branch, character) for branch in branches)
    longest = len("false")
    match schema["type"]:
        case "object":
            fields = schema["properties"].items()
            longest = 2 + sum(len(json.dumps(name)) + 4 + size(one, character) for name, one in fields)
        case "array":
            longest = 2 + int(schema["maxItems"]) * (2 + size(schema["items"], character))
        case "string":
            longest = 2 + int(schema["maxLength"] * character)
        case "integer":
            longest = max(len(str(schema[bound])) for bound in ("minimum", "maximum"))
    return longest


def choices(schema: Schema) -> Sequence[Scalar]:
    """The values of `enum` or `const`."""
    values: Sequence[Scalar] = schema["enum"] if "enum" in schema else [schema["const"]]
    return values


def type_of(value: object) -> str:
    """The JSON type of a value, "integer" for whole numbers."""
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    return kinds.get(type(value), "unknown")


def _check(schema: object, path: str, depth: int) -> None:
    if not isinstance(schema, Mapping):
        raise SchemaError(path, json.dumps(schema), "is not a schema that describes the answer")
    if depth > DEPTH:
        raise SchemaError(path, "properties", f"nest deeper than {DEPTH} levels")
    if "enum" in schema or "const" in schema:
        _check_choice(schema, path)
    elif "anyOf" in schema or "oneOf" in schema:
        _check_branches(schema, path, depth)
    else:
        _check_typed(schema, path, depth)


def _check_choice(schema: Schema, path: str) -> None:
    keyword = "enum" if "enum" in schema else "const"
    _check_keywords(schema, {keyword, "type"}, path)
    values = choices(schema)
    if not isinstance(values, list) or not 0 < len(values) <= CHOICES:
        raise SchemaError(path, keyword, f"needs 1 to {CHOICES} choices")
    if len({json.dumps(value) for value in values}) < len(values):
        raise SchemaError(path, keyword, "names a choice twice")
    for value in values:
        kind = type_of(value)
        if kind in ("object", "array", "unknown") or not is_sound(value):
            raise SchemaError(path, keyword, f"contains {value!r:.60}, which is not a plain value")
        if schema.get("type", kind) != kind:
            raise SchemaError(path, keyword, f"contains {value!r:.60}, which is not of type {schema['type']}")


def is_sound(value: object) -> bool:
    """Whether JSON can represent the value: no infinity, no lone surrogate."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def _check_branches(schema: Schema, path: str, depth: int) -> None:
    keyword = "anyOf" if "anyOf" in schema else "oneOf"
    _check_keywords(schema, {keyword}, path)
    branches = schema[keyword]
    if not isinstance(branches, list) or not branches:
        raise SchemaError(path, keyword, "needs a list of schemas")
    for nth, branch in enumerate(branches):
        _check(branch, f"{path}/{keyword}/{nth}", depth + 1)
    if keyword == "oneOf":
        _check_apart(branches, path)


def _check_apart(branches: Sequence[Schema], path: str) -> None:
    """An engine that cannot distinguish the branches enforces none of them."""
    kinds = [branch.get("type") for branch in branches]
    if None in kinds or len(set(kinds)) < len(kinds):
        raise SchemaError(path, "oneOf", "needs branches of different types; use anyOf")


def _check_typed(schema: Schema, path: str, depth: int) -> None:
    kind = schema.get("type")
    if kind is None:
        raise SchemaError(path, next(iter(schema), "type"), "has no type")
    if kind not in TYPES:
        raise SchemaError(path, "type", f"is {kind!r:.60}, not one of {', '.join(TYPES)}")
    _check_keywords(schema, KEYWORDS[kind] | {"type"}, path)
    match kind:
        case "object":
            _check_object(schema, path, depth)
        case "array":
            _check_bounds(schema, ("minItems", "maxItems"), (0, REPEATS), path)
            _check(schema.get("items"), f"{path}/items", depth + 1)
        case "string":
            _check_bounds(schema, ("minLength", "maxLength"), (0, REPEATS), path)
        case "integer":
            _check_bounds({"minimum": None, **schema}, ("minimum", "maximum"), (-WHOLE, WHOLE), path)


def _check_object(schema: Schema, path: str, depth: int) -> None:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        raise SchemaError(path, "properties", "must name the fields")
    if schema.get("additionalProperties") is not False:
        raise SchemaError(path, "additionalProperties", "must be false")
    required = schema.get("required")
    if not isinstance(required, list) or sorted(map(str, required)) != sorted(properties):
        raise SchemaError(path, "required", "must name every field")
    for name, field in properties.items():
        if not is_sound(name):
            raise SchemaError(path, "properties", f"has a field {name!r:.60} that cannot be written")
        _check(field, f"{path}/{name}", depth + 1)


def _check_bounds(schema: Schema, names: tuple[str, str], ends: tuple[int, int], path: str) -> None:
    """The upper bound is required; the lower one is optional unless `schema` maps it to None."""
    low, high = (schema.get(name, default) for name, default in zip(names, (ends[0], None), strict=True))
    for name, bound in zip(names, (low, high), strict=True):
        if type_of(bound) != "integer" or not ends[0] <= bound <= ends[1]:
            raise SchemaError(path, name, f"must be a whole number from {ends[0]} to {ends[1]}")
    if low > high:
        raise SchemaError(path, names[0], f"is greater than {names[1]}")


def _check_keywords(schema: Schema, known: set[str], path: str) -> None:
    unknown = itertools.filterfalse((known | WORDS).__contains__, schema)
    if (keyword := next(unknown, None)) is not None:
        raise SchemaError(path, keyword, "is not supported")
