"""Parses a server's error report about a rejected request."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from bot.core.errors import EngineFailure

_LONGEST = 4000  # characters of a report; what follows is mostly the question, repeated
_DEEPEST = 12
_MOST = 400  # values of a report that are looked at
_NAME = 200  # characters of the longest name of a field
# Where messages mostly stand, and reports within reports: they are read first, all others after them.
_MESSAGES = (
    "error", "message", "Message", "msg", "detail", "details", "errors", "error_message", "error_description",
    "reason", "metadata", "raw", "title",
)  # fmt: skip
_CODES = frozenset({"code", "type", "status"})
# What a report repeats of the question speaks of every parameter.
_REPEATED = frozenset({"input", "input_value", "request", "content"})
_PARAMETERS = frozenset(
    {
        "model",
        "messages",
        "temperature",
        "reasoning_effort",
        "max_tokens",
        "max_completion_tokens",
        "response_format",
        "stream",
    }
)
# Where answers stand that are no reports.
_ANSWERS = frozenset({"output", "content", "candidates", "response", "message"}) - frozenset(_MESSAGES)
# What is allowed is not what is objected to.
_ALLOWED = re.compile(
    r"^(?!un|in)(?:.*_)?(?:allowed|supported|expected|valid|accepted|options|enum)", re.IGNORECASE
)
# Numbers that are told without words: {"field": "max_tokens", "limit": 4096}.
_BOUND = re.compile(r"max|limit|bound|upper|ceiling|^(?:le|lt|lte)$|n_ctx|context", re.IGNORECASE)
_TOKEN = re.compile(r"[\w.$#/\[\]:*-]+", re.ASCII)
_ESCAPES = re.compile(r"\\+(?=[\"'nrt/])")
_ADDRESS = re.compile(r"\bhttps?://[^\s\"'<>]+", re.IGNORECASE)
# Names that are told one after the other.
_ITEM = r"['\"`]?[A-Za-z_][\w.]*['\"`]?"
_LISTED = re.compile(
    rf"{_ITEM}(?:\s*[,|]\s*(?:or\s+|and\s+)?{_ITEM})+(?:,?\s+(?:or|and)\s+{_ITEM})?", re.ASCII
)
_EVENT = re.compile(r"^data:\s*([\[{].*)$", re.MULTILINE)


class RequestRejected(EngineFailure):
    """A server's error response to the request body `sent`. `status` and `body` are unchanged."""

    def __init__(self, failure: EngineFailure, sent: str, status: int, body: str) -> None:
        super().__init__(failure.kind, str(failure), failure.after)
        self.sent = sent
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Rejection:
    """The contents of a report: `text` has its messages, `paths` the fields that it names
    ("body.max_tokens"), `keys` the keys of its messages, `codes` its error codes.
    """

    status: int
    text: str = ""
    paths: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All texts of the report, for searching."""
        return " ".join((*self.paths, *self.codes, self.text))


def read(status: int, body: str) -> Rejection:
    """Reads the report in a body of any shape; ignores the answer in a body with a success status."""
    said = _inner(body)
    if status < 300 and isinstance(said, dict):
        said = {key: value for key, value in said.items() if key not in _ANSWERS}
    reader = _ReportReader()
    reader.read("message", body if said is None else said, _DEEPEST)
    text = _ESCAPES.sub("", " ".join(dict.fromkeys(reader.texts)))[:_LONGEST]
    return Rejection(status, _objected(text), tuple(reader.paths), tuple(reader.keys), tuple(reader.codes))


@dataclass
class _ReportReader:
    """Collects texts, paths, keys and codes from a report of any shape."""

    texts: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    left: int = _MOST

    def read(self, key: str, said: Any, depth: int) -> None:
        self.left -= 1
        if depth == 0 or self.left < 0:
            return
        if isinstance(said, str):
            self._text(key, said, depth)
        elif isinstance(said, list):
            self._list(key, said, depth)
        elif isinstance(said, dict):
            self._map(said, depth)
        elif isinstance(said, int) and not isinstance(said, bool) and _BOUND.search(key):
            self.texts.append(f"{key}: {said}")

    def _text(self, key: str, said: str, depth: int) -> None:
        inner = _inner(said)
        if inner is not None:
            self.read(key, inner, depth - 1)
        elif key in _CODES:
            self.codes.append(said)
        elif key in _MESSAGES:
            self.texts.append(said)
            self.paths += [said] if _is_name(said) else []
        elif _is_name(said):
            self.paths.append(said)
        elif len(said) <= _LONGEST // 4:
            self.texts.append(said)

    def _list(self, key: str, said: list[Any], depth: int) -> None:
        names = [str(one) for one in said if isinstance(one, int) or (isinstance(one, str) and _is_name(one))]
        if names and len(names) == len(said) and key not in _MESSAGES:
            self.paths += [] if _ALLOWED.search(key) else [".".join(names)]
            return
        for one in said:
            self.read(key, one, depth - 1)

    def _map(self, said: dict[str, Any], depth: int) -> None:
        if _is_question(said):
            return
        for key in sorted(said, key=lambda key: key not in _MESSAGES):
            value = said[key]
            if key == "choices" and isinstance(value, list):
                value = [one["error"] for one in value if isinstance(one, dict) and "error" in one]
            if key in _REPEATED:
                continue
            if value and isinstance(value, str | list | dict) and key not in _MESSAGES:
                self.keys.append(key)
            self.read(key, value, depth - 1)


def _is_question(said: dict[str, Any]) -> bool:
    """Whether it is the question, or its parameters, repeated: a report tells no numbers for them."""
    known = _PARAMETERS.intersection(said)
    return "messages" in known or (
        len(known) > 1 and any(isinstance(said[key], int | float) for key in known)
    )


def _is_name(said: str) -> bool:
    return len(said) <= _NAME and _TOKEN.fullmatch(said) is not None


def _objected(text: str) -> str:
    """Without addresses, and without lists of all that the server takes: `messages` is among them."""
    return _LISTED.sub(_unless_all, _ADDRESS.sub(" ", text))


def _unless_all(listed: re.Match[str]) -> str:
    return " " if re.search(r"\bmessages\b(?!\.)", listed[0]) else listed[0]


def _inner(text: str) -> Any:
    """The JSON that a text holds, as it stands or in a stream; None when it holds none."""
    text = text.strip("\ufeff \t\r\n")
    if text.startswith('"') and text.endswith('"'):
        return _json(text, str)
    if text.startswith(("{", "[")):
        return _json(text, dict | list)
    events = [_json(match[1], dict | list) for match in _EVENT.finditer(text)]
    return [event for event in events if event is not None] or _behind_comments(text)


def _behind_comments(text: str) -> Any:
    """JSON behind lines that keep a connection alive."""
    if not text.startswith(":"):
        return None
    rest = "\n".join(line for line in text.splitlines() if not line.startswith(":")).strip()
    return _json(rest, dict | list)


def _json(text: str, kind: Any) -> Any:
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, kind) else None
