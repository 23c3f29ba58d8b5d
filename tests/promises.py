"""Checks that the bot's shapes can read everything that GitHub's description allows.

Compares a shape with each schema that it is read from. A shape is too strict if it requires a field that the
schema does not guarantee, or rejects a value that the schema allows: null, another type, an unknown enum
value.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

Schema = Mapping[str, Any]
Model = type[BaseModel]

UNKNOWN_WORD = "teleported"  # a new value of an enumeration
_MOMENT = "2026-01-01T00:00:00Z"
_FORMS = {  # strings in the description that always have one format
    "sha": "a" * 40,
    "full_name": "octo/spoon",
    "expires_at": _MOMENT,
}
_LARGE = 2**53


@dataclass
class Walk:
    """Compares shapes with schemas recursively. `description` contains the referenced schemas."""

    description: Schema
    seen: set[Model] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def check(self, model: Model, schema: Schema, place: str) -> None:
        """Checks all objects of `schema` that `model` may read."""
        self.seen.add(model)
        for number, kind in enumerate(self._objects(schema)):
            if _is_about(model, kind):
                self._check_fields(model, kind, place if not number else f"{place} ({number})")

    def _check_fields(self, model: Model, kind: Schema, place: str) -> None:
        properties, promised = kind.get("properties", {}), set(kind.get("required", ()))
        for name, info in _fields(model):
            if info.is_required() and name not in promised:
                self.faults.append(f"{model.__name__}.{name} is needed, and not promised by {place}")
        base = self._usual(model, kind)
        for name, info in _fields(model):
            for value in self._values(info, properties.get(name), name):
                self._try(model, {**base, name: value}, f"{place}: {name} may be {json.dumps(value)[:60]}")
            nested = _model_in(info.annotation)
            if nested and name in properties:
                self.check(nested, self._inner(properties[name]), f"{place}/{name}")

    def _try(self, model: Model, document: object, what: str) -> None:
        try:
            TypeAdapter(model).validate_json(json.dumps(document))
        except ValidationError as error:
            [first, *_] = error.errors(include_url=False)
            self.faults.append(
                f"{model.__name__}: {what}; {'.'.join(map(str, first['loc']))}: {first['msg']}"
            )

    def _usual(self, model: Model, kind: Schema) -> dict[str, Any]:
        """An object with only the fields that the model requires."""
        properties = kind.get("properties", {})
        return {
            name: next(iter(self._values(info, properties.get(name), name)), None)
            for name, info in _fields(model)
            if info.is_required() and name in properties
        }

    def _values(self, info: FieldInfo, schema: Schema | None, name: str) -> Iterator[Any]:
        """The values that the field may have, the most common first."""
        if schema is None:
            return
        nested = _model_in(info.annotation)
        kinds = list(self._kinds(schema))
        for kind in kinds:
            yield from self._values_of(kind, nested, name)
        if any(kind.get("nullable") for kind in (schema, *kinds)):
            yield None

    def _values_of(self, kind: Schema, nested: Model | None, name: str) -> Iterator[Any]:
        match kind.get("type"):
            case "object" if nested and _is_about(nested, kind):
                yield self._usual(nested, kind)
            case "array" if nested:
                items = list(self._objects(kind.get("items", {})))
                yield [self._usual(nested, one) for one in items if _is_about(nested, one)]
                yield []
            case _:
                yield from _plain_values(kind, name)

    def _inner(self, schema: Schema) -> Schema:
        """The schema of a list's items."""
        [first, *_] = self._kinds(schema)
        return self._inner(first.get("items", {})) if first.get("type") == "array" else schema

    def _objects(self, schema: Schema) -> Iterator[Schema]:
        return (kind for kind in self._kinds(schema) if "properties" in kind or kind.get("type") == "object")

    def _kinds(self, schema: Schema) -> Iterator[Schema]:
        """The alternatives of `schema`, flattened."""
        schema = self._found(schema)
        rest = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf", "allOf")}
        choices: list[list[Schema]] = [[rest]] if rest else []
        choices += [
            [kind for one in schema[word] for kind in self._kinds(one)]
            for word in ("oneOf", "anyOf")
            if word in schema
        ]
        choices += [list(self._kinds(one)) for one in schema.get("allOf", ())]
        for parts in itertools.product(*choices):
            yield _merged(parts)

    def _found(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self.description
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema


def _merged(parts: Sequence[Schema]) -> Schema:
    merged: dict[str, Any] = {}
    for part in parts:
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = [*merged.get("required", ()), *part.get("required", ())]
        merged |= part
        if properties:
            merged |= {"properties": properties, "type": "object"}
        if required:
            merged["required"] = required
    return merged


def _plain_values(kind: Schema, name: str) -> Iterator[Any]:
    match kind.get("type"):
        case "string" if "enum" in kind:
            yield from (word for word in kind["enum"] if word is not None)
            yield UNKNOWN_WORD
        case "string" if kind.get("format") == "date-time":
            yield _MOMENT
        case "string":
            yield _FORMS.get(name, "text")
        case "integer":
            yield from (1, _LARGE)
        case "number":
            yield from (1, 1.5)
        case "boolean":
            yield from (True, False)
        case "array":
            yield []
        case "object":
            yield {}


def _fields(model: Model) -> list[tuple[str, FieldInfo]]:
    """The model's fields by their JSON names."""
    return [(info.alias or name, info) for name, info in model.model_fields.items()]


def _is_about(model: Model, kind: Schema) -> bool:
    """Whether an object may be read by the model; a lenient field skips an empty one."""
    named = {name for name, _ in _fields(model)}
    return not named or bool(named & kind.get("properties", {}).keys())


def _model_in(annotation: Any) -> Model | None:
    """The shape in a field's type, also inside a list or an optional."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
