"""Lenient parsing of optional fields in external records.

Optional parts of GitHub's records may be malformed: `author` is an empty object, a label is null, a number is
a string. Such a part must not invalidate the record or the list that contains it.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


class OrElse:
    """Marks a field that gets the value `otherwise` if it is present but invalid.

    A field that may be missing also needs a default: `user: Annotated[Account, OrElse(GHOST)] = GHOST`.
    """

    def __init__(self, otherwise: object) -> None:
        self._otherwise = otherwise

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = _from_json(source)

        def readable(value: Any, validate: Callable[[Any], Any]) -> Any:
            try:
                return validate(value)
            except ValidationError:
                found, result = read(value)
                return result if found else self._otherwise

        return core_schema.no_info_wrap_validator_function(readable, handler(source))


class _Readable:
    """Marks a tuple whose invalid items are dropped."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        [item, _] = source.__args__
        read = _from_json(item)

        def readable(value: Any) -> tuple[Any, ...]:
            items = value if isinstance(value, list | tuple) else ()
            return tuple(result for found, result in map(read, items) if found)

        return core_schema.no_info_plain_validator_function(readable)


IfReadable = Annotated[T | None, OrElse(None)]
"""None if the field is present but invalid."""

ReadableItems = Annotated[tuple[T, ...], _Readable()]
"""The valid items of a list; empty if the value is not a list."""


def _from_json(source: Any) -> Callable[[Any], tuple[bool, Any]]:
    """Validates one value as JSON, where strings represent times and lists represent tuples.

    pydantic passes Python values to a wrapped validator, and its strict mode accepts neither conversion.
    """
    adapters: list[TypeAdapter[Any]] = []  # created on first use, because the type may be incomplete before

    def read(value: Any) -> tuple[bool, Any]:
        if isinstance(source, type) and isinstance(value, source):
            return True, value
        if not adapters:
            adapters.append(_adapter(source))
        try:
            return True, adapters[0].validate_json(json.dumps(value))
        except (ValidationError, TypeError, ValueError):
            return False, None

    return read


def _adapter(source: Any) -> TypeAdapter[Any]:
    """A strict adapter, except for models, which have their own configuration."""
    is_model = isinstance(source, type) and issubclass(source, BaseModel)
    return TypeAdapter(source, config=None if is_model else ConfigDict(strict=True))
