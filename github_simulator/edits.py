"""Modifies answers on purpose: malformed records, truncated lists, missing fields."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from aiohttp import web
from pydantic import Field

from bot.core.value import Value

ON_PURPOSE = web.ResponseKey("on purpose", bool)  # marks answers that need not match GitHub's description
_ALL = "*"


class Edit(Value):
    """One change of a JSON answer.

    `at` is a JSON pointer ("/0/author"): `*` in it matches every item of a list and every field of an object,
    and the empty pointer is the whole answer. `keep` truncates a list to that many items, `remove` removes a
    field or an item; otherwise `value` is set.
    """

    at: str = Field(default="", pattern=r"^(/.*)?$")
    value: Any = None
    remove: bool = False
    keep: int | None = Field(default=None, ge=0)


def edited(response: web.Response, edits: Sequence[Edit]) -> web.Response:
    """Applies `edits` in order; returns `response` itself if it is not JSON, or without edits."""
    if not edits or response.content_type != "application/json" or not isinstance(response.body, bytes):
        return response
    body = {"": json.loads(response.body)}
    for edit in edits:
        _apply(body, edit)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    changed = web.Response(body=json.dumps(body[""]).encode(), status=response.status, headers=headers)
    return on_purpose(changed)


def on_purpose(response: web.Response) -> web.Response:
    """Marks a response that need not match GitHub's OpenAPI description."""
    response[ON_PURPOSE] = True
    return response


def _apply(body: dict[str, Any], edit: Edit) -> None:
    """`body` contains the answer under the empty key, so that the whole answer can be replaced."""
    *path, name = edit.at.split("/")
    places: list[Any] = [body]
    for step in path:
        places = [place[key] for place in places for key in _keys(place, step)]
    for place in places:
        _change(place, _target_keys(place, name), edit)


def _change(place: Any, keys: Sequence[Any], edit: Edit) -> None:
    for key in reversed(keys):  # from the end, so that removals do not shift other items
        if edit.remove:
            del place[key]
        elif edit.keep is not None:
            place[key] = place[key][: edit.keep]
        else:
            place[key] = edit.value


def _target_keys(place: Any, name: str) -> list[Any]:
    """The keys that `name` matches; a field that does not exist yet can be set."""
    if isinstance(place, dict) and name != _ALL:
        return [_unescape(name)]
    return list(_keys(place, name))


def _keys(place: Any, step: str) -> Iterator[Any]:
    """The keys in `place` that `step` matches."""
    if isinstance(place, dict):
        name = _unescape(step)
        yield from list(place) if step == _ALL else [name] if name in place else []
    elif isinstance(place, list):
        numbers = range(len(place)) if step == _ALL else [int(step)] if step.isdecimal() else []
        yield from (number for number in numbers if number < len(place))


def _unescape(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
