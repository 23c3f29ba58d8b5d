"""Reads GitHub's answers into shapes (bot/github/shapes.py)."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.core.surrogates import without_halves
from bot.github.failures import Foreign, Unreadable

log = structlog.get_logger()

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """`length` counts the items that were on it, also those that cannot be read and are left out. `total` is
    how many there are on all pages together, where the answer says so.
    """

    items: Sequence[T]
    length: int
    total: int | None = None


def read_answer(shape: type[T], call: str, content: bytes) -> T:
    """The answer to `call` as `shape`.

    Raises:
        Foreign: it is no JSON, or of another kind: a proxy's page, or a server gone wrong.
        Unreadable: it lacks a field that is needed, or has another thing there.
    """
    try:
        read: T = _adapter(shape).validate_json(without_halves(content))  # type: ignore[arg-type]  # types are hashable
    except ValidationError as error:
        raise _failure(call, error) from None
    return read


def read_page(shape: type[T], call: str, content: bytes, name: str = "") -> Page[T]:
    """A page of items of `shape`: the answer is a list, or an object that holds one as its field `name`.

    An item that cannot be read is left out, with a warning: it must not hide all others. Raises like
    `read_answer`.
    """
    if not name:
        return _read_bare(shape, call, content)
    told = read_answer(dict[str, Any], call, content)
    items, total = told.get(name), told.get("total_count")
    if not isinstance(items, list):
        raise Unreadable(call, name, "it is not a list")
    return Page(_readable(shape, call, items), len(items), total if isinstance(total, int) else None)


def _read_bare(shape: type[T], call: str, content: bytes) -> Page[T]:
    """Nearly always every item can be read; then the answer is read once."""
    try:
        whole: list[T] = _adapter(list[shape]).validate_json(without_halves(content))  # type: ignore[valid-type]  # a type at run time
    except ValidationError:
        items = read_answer(list[Any], call, content)
        return Page(_readable(shape, call, items), len(items))
    return Page(whole, len(whole))


def _readable(shape: type[T], call: str, items: Sequence[Any]) -> Sequence[T]:
    try:
        return _read_list(shape, items)
    except ValidationError as error:
        odd = {detail["loc"][0] for detail in error.errors(include_url=False, include_input=False)}
        log.warning(
            "records cannot be read and are left out", call=call, records=len(odd), reason=_first(error)
        )
        return _read_list(shape, [item for at, item in enumerate(items) if at not in odd])


def _read_list(shape: type[T], items: Sequence[Any]) -> list[T]:
    """As JSON, in which texts stand for times and lists for tuples."""
    read: list[T] = _adapter(list[shape]).validate_json(json.dumps(items))  # type: ignore[valid-type]  # a type at run time
    return read


def _failure(call: str, error: ValidationError) -> Foreign | Unreadable:
    first = error.errors(include_url=False, include_input=False)[0]
    if not first["loc"]:
        return Foreign(f"the answer to {call} is not GitHub's: {first['msg']}")
    return Unreadable(call, ".".join(map(str, first["loc"])), first["msg"])


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}"


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
