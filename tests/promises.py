"""Holds our shapes to what GitHub's description promises: whatever GitHub may send by it, can be read.

A shape is compared with each place of the description where it is read from. It demands too much when a
field that it needs is not promised there, or when it takes less than a field may hold: null, another kind of
value, a word that is not known yet.
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

UNKNOWN_WORD = "teleported"  # of an enumeration that has grown
_MOMENT = "2026-01-01T00:00:00Z"
_FORMS = {  # what GitHub's description calls a text, and is always of one form
    "sha": "a" * 40,
    "full_name": "octo/spoon",
    "expires_at": _MOMENT,
}
_LARGE = 2**53


@dataclass
class Walk:
    """Compares shapes with schemas, down to the last field. `description` holds what schemas refer to."""

    description: Schema
    seen: set[Model] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def check(self, model: Model, schema: Schema, place: str) -> None:
        """All objects that `schema` stands for, as far as they have to do with `model`."""
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
        """An object that holds what the model needs, and no more."""
        properties = kind.get("properties", {})
        return {
            name: next(iter(self._values(info, properties.get(name), name)), None)
            for name, info in _fields(model)
            if info.is_required() and name in properties
        }

    def _values(self, info: FieldInfo, schema: Schema | None, name: str) -> Iterator[Any]:
        """What the field may hold, the usual first."""
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
        """Of a list, what its items are."""
        [first, *_] = self._kinds(schema)
        return self._inner(first.get("items", {})) if first.get("type") == "array" else schema

    def _objects(self, schema: Schema) -> Iterator[Schema]:
        return (kind for kind in self._kinds(schema) if "properties" in kind or kind.get("type") == "object")

    def _kinds(self, schema: Schema) -> Iterator[Schema]:
        """The schemas without alternatives that `schema` stands for."""
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
    """By the names that they have in JSON."""
    return [(info.alias or name, info) for name, info in model.model_fields.items()]


def _is_about(model: Model, kind: Schema) -> bool:
    """Whether an object may be what the model reads: an empty one is what a lenient field passes over."""
    named = {name for name, _ in _fields(model)}
    return not named or bool(named & kind.get("properties", {}).keys())


def _model_in(annotation: Any) -> Model | None:
    """The shape that a field's type holds, be it one, one of a list, or one or none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
