"""Answers of GitHub's, changed on purpose: odd records, lists that are cut short, fields that are missing."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from aiohttp import web
from pydantic import Field

from bot.core.value import Value

ON_PURPOSE = web.ResponseKey("on purpose", bool)  # on what need not be as GitHub describes it
_ALL = "*"


class Edit(Value):
    """One change of a JSON answer.

    `at` is a JSON pointer ("/0/author"): `*` in it stands for every item of a list and every field of an
    object, and the empty pointer for the whole answer. `keep` cuts a list to so many items, `remove` takes a
    field or an item out; otherwise `value` is put there.
    """

    at: str = Field(default="", pattern=r"^(/.*)?$")
    value: Any = None
    remove: bool = False
    keep: int | None = Field(default=None, ge=0)


def edited(response: web.Response, edits: Sequence[Edit]) -> web.Response:
    """`response` with `edits` made in their order; as it was when it is not JSON, or when there are none."""
    if not edits or response.content_type != "application/json" or not isinstance(response.body, bytes):
        return response
    body = {"": json.loads(response.body)}
    for edit in edits:
        _apply(body, edit)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    changed = web.Response(body=json.dumps(body[""]).encode(), status=response.status, headers=headers)
    return on_purpose(changed)


def on_purpose(response: web.Response) -> web.Response:
    """Marks a response that need not be as GitHub describes it."""
    response[ON_PURPOSE] = True
    return response


def _apply(body: dict[str, Any], edit: Edit) -> None:
    """`body` holds the answer under the empty name, so that the whole of it has a place, too."""
    *path, name = edit.at.split("/")
    places: list[Any] = [body]
    for step in path:
        places = [place[key] for place in places for key in _keys(place, step)]
    for place in places:
        _change(place, _new_or_known(place, name), edit)


def _change(place: Any, keys: Sequence[Any], edit: Edit) -> None:
    for key in reversed(keys):  # so that items that are taken out do not move the others
        if edit.remove:
            del place[key]
        elif edit.keep is not None:
            place[key] = place[key][: edit.keep]
        else:
            place[key] = edit.value


def _new_or_known(place: Any, name: str) -> list[Any]:
    """A field that is not there yet can be put there."""
    if isinstance(place, dict) and name != _ALL:
        return [_unescaped(name)]
    return list(_keys(place, name))


def _keys(place: Any, step: str) -> Iterator[Any]:
    """What `step` names in `place`; nothing where there is no such thing."""
    if isinstance(place, dict):
        name = _unescaped(step)
        yield from list(place) if step == _ALL else [name] if name in place else []
    elif isinstance(place, list):
        numbers = range(len(place)) if step == _ALL else [int(step)] if step.isdecimal() else []
        yield from (number for number in numbers if number < len(place))


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
