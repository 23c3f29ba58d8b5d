"""Parses GitHub's answers into the shapes of bot/github/shapes.py."""

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
    """`items` are the readable items, `length` counts all of them, and `total` those of all pages, if the
    answer says so.
    """

    items: Sequence[T]
    length: int
    total: int | None = None


def read_answer(shape: type[T], call: str, content: bytes) -> T:
    """The answer to `call` as `shape`.

    Raises:
        Foreign: it is not JSON, or of another type: a proxy's page, or a broken server.
        Unreadable: a required field is missing or has another type.
    """
    try:
        read: T = _adapter(shape).validate_json(without_halves(content))  # type: ignore[arg-type]  # types are hashable
    except ValidationError as error:
        raise _failure(call, error) from None
    return read


def read_page(shape: type[T], call: str, content: bytes, name: str = "") -> Page[T]:
    """A page of items of `shape`: the answer is a list, or an object with one in its field `name`.

    Omits an unreadable item, with a warning. Raises like `read_answer`.
    """
    if not name:
        return _read_list_page(shape, call, content)
    answer = read_answer(dict[str, Any], call, content)
    items, total = answer.get(name), answer.get("total_count")
    if not isinstance(items, list):
        raise Unreadable(call, name, "it is not a list")
    return Page(_readable_items(shape, call, items), len(items), total if isinstance(total, int) else None)


def _read_list_page(shape: type[T], call: str, content: bytes) -> Page[T]:
    """Parses the answer once if every item can be read, which is nearly always so."""
    try:
        whole: list[T] = _adapter(list[shape]).validate_json(without_halves(content))  # type: ignore[valid-type]  # a type at run time
    except ValidationError:
        items = read_answer(list[Any], call, content)
        return Page(_readable_items(shape, call, items), len(items))
    return Page(whole, len(whole))


def _readable_items(shape: type[T], call: str, items: Sequence[Any]) -> Sequence[T]:
    try:
        return _read_list(shape, items)
    except ValidationError as error:
        unreadable = {detail["loc"][0] for detail in error.errors(include_url=False, include_input=False)}
        log.warning("records_skipped", call=call, records=len(unreadable), reason=_first_error(error))
        return _read_list(shape, [item for at, item in enumerate(items) if at not in unreadable])


def _read_list(shape: type[T], items: Sequence[Any]) -> list[T]:
    """Parses via JSON, where strict types accept strings as times and arrays as tuples."""
    read: list[T] = _adapter(list[shape]).validate_json(json.dumps(items))  # type: ignore[valid-type]  # a type at run time
    return read


def _failure(call: str, error: ValidationError) -> Foreign | Unreadable:
    first = error.errors(include_url=False, include_input=False)[0]
    if not first["loc"]:
        return Foreign(f"the answer to {call} did not come from GitHub: {first['msg']}")
    return Unreadable(call, ".".join(map(str, first["loc"])), first["msg"])


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}"


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
