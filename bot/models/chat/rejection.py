"""A server's report that it does not take a question as it was put."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.errors import EngineFailure

_LONGEST = 4000  # characters of a report; what follows is mostly the question, repeated
_DEEPEST = 12
# Where messages stand, and reports within reports. A validator's `input` is not read: it is the question.
_MESSAGES = (
    "error", "message", "Message", "msg", "detail", "details", "errors", "error_message", "error_description",
    "reason", "metadata", "raw", "title",
)  # fmt: skip
_ESCAPES = re.compile(r"\\+(?=[\"'nrt/])")


class Rejected(EngineFailure):
    """A server's answer of an error, for the question in `sent`. `status` and `body` are as they came."""

    def __init__(self, failure: EngineFailure, sent: str, status: int, body: str) -> None:
        super().__init__(failure.kind, str(failure), failure.after)
        self.sent = sent
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Rejection:
    """What a report says: `text` are its messages, `paths` the places in the body that it names as fields
    ("body.max_tokens"), `codes` its codes.
    """

    status: int
    text: str = ""
    paths: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All of it, to be searched."""
        return " ".join((*self.paths, *self.codes, self.text))


def read(status: int, body: str) -> Rejection:
    """The report in a body of any shape."""
    parts = list(_parts(body, _DEEPEST))
    texts = dict.fromkeys(text for kind, text in parts if kind == "text")
    text = _ESCAPES.sub("", " ".join(texts))[:_LONGEST]
    paths, codes = (tuple(text for kind, text in parts if kind == wanted) for wanted in ("path", "code"))
    return Rejection(status, text, paths, codes)


def _parts(said: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0:
        return
    if isinstance(said, str):
        inner = _inner(said)
        if inner is None:
            yield "text", said
        else:
            yield from _parts(inner, depth - 1)
    elif isinstance(said, list):
        for one in said[:8]:
            yield from _parts(one, depth - 1)
    elif isinstance(said, dict):
        yield from _fields(said)
        for key in _MESSAGES:
            if key in said:
                yield from _parts(said[key], depth - 1)


def _fields(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields and codes that a report names."""
    if isinstance(said.get("param"), str):
        yield "path", said["param"]
    location = said.get("loc")
    if isinstance(location, list):
        yield "path", ".".join(map(str, location))
    for key in ("code", "type", "status"):
        if isinstance(said.get(key), str):
            yield "code", said[key]


def _inner(text: str) -> Any:
    """The JSON that a text holds; None when it holds none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, dict | list) else None
