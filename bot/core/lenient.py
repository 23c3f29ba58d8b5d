"""Fields of foreign records that are read where they can be read, and do no harm where they cannot.

A record of GitHub's may be odd in a part that is good to have and not needed: `author` is an empty object, a
label is null, a number is a text. Such a part must not make the record, or the list it is in, unreadable.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


class OrElse:
    """Marks a field that has the value `otherwise` where it is there and cannot be read.

    One that may also be missing needs a default besides: `user: Annotated[Account, OrElse(GHOST)] = GHOST`.
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
    """Marks a tuple whose unreadable items are left out."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        [item, _] = source.__args__
        read = _from_json(item)

        def readable(value: Any) -> tuple[Any, ...]:
            items = value if isinstance(value, list | tuple) else ()
            return tuple(result for found, result in map(read, items) if found)

        return core_schema.no_info_plain_validator_function(readable)


IfReadable = Annotated[T | None, OrElse(None)]
"""None where the field is there and cannot be read."""

ReadableItems = Annotated[tuple[T, ...], _Readable()]
"""Those items of a list that can be read; none at all where it is not a list."""


def _from_json(source: Any) -> Callable[[Any], tuple[bool, Any]]:
    """Reads one value as the JSON that it came from, in which texts stand for times and lists for tuples.

    pydantic hands a wrapped validator Python values, of which its strict mode takes neither for the other.
    """
    adapters: list[TypeAdapter[Any]] = []  # made when it is first needed: the type may not be whole before

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
    """Models bring their own configuration; other types are taken as they come, never converted."""
    is_model = isinstance(source, type) and issubclass(source, BaseModel)
    return TypeAdapter(source, config=None if is_model else ConfigDict(strict=True))
