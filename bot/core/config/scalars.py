"""Converts YAML scalars to values, checks their bounds, and words the errors."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.core.config.nodes import ALIAS

_SHOWN = 40
_PLAIN = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?\d[\d_]{0,17}")
_NUMBER = re.compile(r"[-+]?(?:\d{1,18}\.?\d{0,18}|\.\d{1,18})")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class InvalidValue(Exception):
    """A value is invalid for its key. `message` is the predicate of a sentence, `fix` a sentence or empty."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


def scalar(kind: Any, node: yaml.Node) -> Any:
    """A Boolean, number or string within its bounds. Raises `InvalidValue`."""
    return valid(kind, _written(node, bare_kind(kind)))


def _written(node: yaml.Node, kind: type[Any]) -> Any:
    """A Boolean, number or string before the check of its bounds. Raises `InvalidValue`."""
    if isinstance(node, yaml.ScalarNode) and (node.tag == ALIAS or not node.tag.startswith(_PLAIN)):
        sign = "*" if node.tag == ALIAS else ""
        written = cut(f"{sign}{node.value}" if sign else f"{node.tag} {node.value}".strip())
        raise InvalidValue(
            f"has {written} without quotes, which has a special meaning in YAML.", f'Write "{written}".'
        )
    if not isinstance(node, yaml.ScalarNode) or is_nothing(node):
        raise InvalidValue(f"should be {_wanted(kind)}, not {named(node)}.")
    if issubclass(kind, str):
        return node.value
    value = _plain(node.value, kind) if node.style is None else None
    if value is None:
        raise InvalidValue(
            f"should be {_wanted(kind)}, not `{cut(node.value)}`{' in quotes' * bool(node.style)}."
        )
    return value


def _plain(text: str, kind: type[Any]) -> bool | int | float | None:
    if kind is bool:
        return _WORDS.get(text.lower())
    if kind is int:
        return int(text.replace("_", "")) if _INTEGER.fullmatch(text) else None
    return float(text) if _NUMBER.fullmatch(text) else None


def valid(kind: Any, value: Any) -> Any:
    """`value`, if it is valid for `kind`. Raises `InvalidValue`."""
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    bare = bare_kind(kind)
    given = f"has `{cut(value)}`" if isinstance(value, str) else ""
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        raise InvalidValue(f"{given}, which is not one of {', '.join(bare)}.", meant(str(value), bare))
    shown = f", not {value}" if isinstance(value, int | float) else ""
    raise InvalidValue(f"{given}: it {_reason(first)}." if given else f"{_reason(first)}{shown}.")


def _reason(error: Any) -> str:
    """Pydantic's message as the predicate of a sentence."""
    if error["type"] == "string_pattern_mismatch":
        return "should contain only lowercase letters, digits, - and _"
    return (
        str(error["msg"]).partition("Value error, ")[2]
        or "should " + str(error["msg"]).partition(" should ")[2]
    )


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def bare_kind(kind: Any) -> Any:
    """A type without its bounds."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def most(kind: Any) -> int:
    """The maximum number of entries of a list or mapping of this kind."""
    bounds = (getattr(bound, "max_length", None) for bound in getattr(kind, "__metadata__", ()))
    return next((bound for bound in bounds if bound is not None), 100)


def _wanted(kind: type[Any]) -> str:
    words: Mapping[Any, str] = {bool: "true or false", int: "an integer", float: "a number"}
    if issubclass(kind, StrEnum):
        return "one of " + ", ".join(kind)
    return words.get(kind, "a string")


def named(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "an empty value" if is_nothing(node) else f"`{cut(node.value)}`"


def is_nothing(node: yaml.Node) -> bool:
    """Whether the value is empty, for example because all entries are commented out."""
    return isinstance(node, yaml.ScalarNode) and node.tag == f"{_PLAIN}null"


def as_list(node: yaml.Node, key: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag == ALIAS or is_nothing(node):
        return "Write each entry on its own line, after a -."
    return f'Write `{key.rpartition(".")[2]}: ["{cut(node.value)}"]`.'


def meant(word: str, known: Iterable[str]) -> str:
    known = tuple(known)
    close = get_close_matches(cut(word).lower(), known, n=1)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Use one of {', '.join(known)}."


def cut(text: object) -> str:
    """User input for a message: shortened, on one line and without backticks."""
    line = " ".join(str(text).replace("`", "'").split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
