"""Nodes of YAML read as values: each key by itself, so that a wrong one takes no other with it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from bot.core.config.keys import IN_DIRECTORIES, section
from bot.core.config.keys import kind as kind_of
from bot.core.config.nodes import ALIAS
from bot.core.config.problem import Problem
from bot.core.config.values import Configuration

_MAX_PROBLEMS = 50
_SHOWN = 40
_PLAIN = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?\d[\d_]{0,17}")
_NUMBER = re.compile(r"[-+]?(?:\d{1,18}\.?\d{0,18}|\.\d{1,18})")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class _Wrong(Exception):
    """A value is not what its key wants. Message and fix."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class Reading:
    """Reads one file; `problems` has what was wrong in it, at most a few dozen."""

    def __init__(self, file: str, *, in_directory: bool = False) -> None:
        self._file = file
        self._in_directory = in_directory
        self._more = 0
        self.problems: list[Problem] = []

    def configuration(self, node: yaml.Node) -> dict[str, Any]:
        """The values that hold, by dotted names."""
        values = dict(self._fields(node, Configuration, ""))
        if self._more:
            self.problems.append(
                Problem(
                    file=self._file,
                    message=f"Besides these, this file has {self._more} more.",
                    fix="`review-bot config schema` prints the file's JSON Schema.",
                )
            )
        return values

    def _fields(self, node: yaml.Node, model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
        for name, child in self._entries(node, model.model_fields, prefix):
            field = model.model_fields[name]
            below = section(field)
            if not prefix and self._in_directory and name not in IN_DIRECTORIES:
                self._elsewhere(child, name)
            elif below:
                yield from self._fields(child, below, f"{name}.")
            else:
                yield from self._field(child, field, prefix + name)

    def _field(self, node: yaml.Node, field: FieldInfo, key: str) -> Iterator[tuple[str, Any]]:
        value = self._value(node, kind_of(field), key)
        if value is not None:
            yield key, value

    def _entries(
        self, node: yaml.Node, known: Collection[str], prefix: str
    ) -> Iterator[tuple[str, yaml.Node]]:
        """The known keys of a mapping that are given, each once."""
        seen: dict[str, int] = {}
        for name, child in self._pairs(node, prefix.removesuffix(".")):
            if name.value in seen:
                self._tell(
                    name,
                    f"`{prefix}{name.value}` stands there twice; that on line {seen[name.value]} holds.",
                    "Take one of them out.",
                )
            elif name.value not in known:
                self._tell(name, f"`{_cut(prefix + name.value)}` is no key.", _meant(name.value, known))
            else:
                seen[name.value] = name.start_mark.line + 1
                if not is_nothing(child):
                    yield name.value, child

    def _pairs(self, node: yaml.Node, key: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            what = f"`{key}`" if key else "The file"
            self._tell(node, f"{what} should have keys with values below, not {_kind(node)}.", "")
            return
        for name, child in node.value:
            if isinstance(name, yaml.ScalarNode) and name.tag != ALIAS:
                yield name, child
            else:
                self._tell(name, f"A key should be one word, not {_kind(name)}.", "")

    def _value(self, node: yaml.Node, kind: Any, key: str) -> Any:
        """The value of `node` as a `kind`; None when it is wrong."""
        bare = _bare(kind)
        if get_origin(bare) is tuple:
            return self._list(node, kind, key)
        if get_origin(bare) is dict:
            return self._texts(node, kind, key)
        if issubclass(bare, BaseModel):
            return self._record(node, bare, key)
        return self._try(node, key, _scalar, kind, node)

    def _list(self, node: yaml.Node, kind: Any, key: str) -> Any:
        """A tuple of what is right in a list."""
        if not isinstance(node, yaml.SequenceNode):
            self._tell(node, f"`{key}` should be a list, not {_kind(node)}.", _as_list(node, key))
            return None
        item_kind = get_args(_bare(kind))[0]
        most = _most(kind)
        if len(node.value) > most:
            self._tell(
                node.value[most], f"`{key}` takes {most} entries; this one and the rest are left out.", ""
            )
        items = [self._value(item, item_kind, key) for item in node.value[:most]]
        good = tuple(item for item in items if item is not None)
        if len(good) < len(items) and not good:
            return None
        return self._try(node, key, _valid, kind, good)

    def _texts(self, node: yaml.Node, kind: Any, key: str) -> dict[str, Any] | None:
        """A mapping of names that are free to choose."""
        name_kind, text_kind = get_args(_bare(kind))
        out: dict[str, Any] = {}
        for name, child in list(self._pairs(node, key))[: _most(kind)]:
            known = self._try(name, key, _valid, name_kind, name.value)
            value = (
                None
                if known is None or is_nothing(child)
                else self._value(child, text_kind, f"{key}.{known}")
            )
            if value is not None:
                out.setdefault(known, value)
        return out or None

    def _record(self, node: yaml.Node, model: type[BaseModel], key: str) -> BaseModel | None:
        """An entry of a list with keys of its own. Each of them must be there, and right."""
        values = dict(self._fields(node, model, f"{key}."))
        values = {name.removeprefix(f"{key}."): value for name, value in values.items()}
        if not isinstance(node, yaml.MappingNode):
            return None
        given = {name.value for name, _ in node.value}
        for name in model.model_fields:
            if name not in given:
                self._tell(
                    node,
                    f"An entry of `{key}` lacks its `{name}`, so it is left out.",
                    f"Add `{name}:` to it.",
                )
        return model(**values) if set(values) == set(model.model_fields) else None

    def _try(self, node: yaml.Node, key: str, read: Callable[[Any, Any], Any], kind: Any, value: Any) -> Any:
        try:
            return read(kind, value)
        except _Wrong as wrong:
            self._tell(node, f"`{key}` {wrong.message}", wrong.fix)
            return None

    def _elsewhere(self, node: yaml.Node, name: str) -> None:
        keys = ", ".join(f"`{key}`" for key in IN_DIRECTORIES)
        self._tell(
            node,
            f"`{name}` holds for the whole repository; the file of a directory takes only {keys}.",
            "Move it to .github/code-review-bot.yml.",
        )

    def _tell(self, node: yaml.Node, message: str, fix: str) -> None:
        if len(self.problems) >= _MAX_PROBLEMS:
            self._more += 1
            return
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.problems.append(Problem(file=self._file, line=line, column=column, message=message, fix=fix))


def _scalar(kind: Any, node: yaml.Node) -> Any:
    """A word, number or text. Raises `_Wrong`."""
    return _valid(kind, _written(node, _bare(kind)))


def _written(node: yaml.Node, kind: type[Any]) -> Any:
    """A word, number or text as it stands there, of any size. Raises `_Wrong`."""
    if isinstance(node, yaml.ScalarNode) and (node.tag == ALIAS or not node.tag.startswith(_PLAIN)):
        sign = "*" if node.tag == ALIAS else ""
        written = _cut(f"{sign}{node.value}" if sign else f"{node.tag} {node.value}".strip())
        raise _Wrong(
            f"has {written} without quotes, which YAML takes for something else.", f'Write "{written}".'
        )
    if not isinstance(node, yaml.ScalarNode) or is_nothing(node):
        raise _Wrong(f"should be {_wanted(kind)}, not {_kind(node)}.")
    if issubclass(kind, str):
        return node.value
    value = _plain(node.value, kind) if node.style is None else None
    if value is None:
        raise _Wrong(f"should be {_wanted(kind)}, not `{_cut(node.value)}`{' in quotes' * bool(node.style)}.")
    return value


def _plain(text: str, kind: type[Any]) -> bool | int | float | None:
    if kind is bool:
        return _WORDS.get(text.lower())
    if kind is int:
        return int(text.replace("_", "")) if _INTEGER.fullmatch(text) else None
    return float(text) if _NUMBER.fullmatch(text) else None


def _valid(kind: Any, value: Any) -> Any:
    """`value`, if it is within the bounds of `kind`. Raises `_Wrong`."""
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    bare = _bare(kind)
    given = f"has `{_cut(value)}`" if isinstance(value, str) else ""
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        raise _Wrong(f"{given}, which is none of {', '.join(bare)}.", _meant(str(value), bare))
    shown = f", not {value}" if isinstance(value, int | float) else ""
    raise _Wrong(f"{given}: it {_reason(first)}." if given else f"{_reason(first)}{shown}.")


def _reason(error: Any) -> str:
    """What pydantic found, behind "it"."""
    if error["type"] == "string_pattern_mismatch":
        return "should have small letters, digits, - and _ alone"
    return (
        str(error["msg"]).partition("Value error, ")[2]
        or "should " + str(error["msg"]).partition(" should ")[2]
    )


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _bare(kind: Any) -> Any:
    """A type without its bounds."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _most(kind: Any) -> int:
    """The most entries that a list or mapping of this kind may have."""
    bounds = (getattr(bound, "max_length", None) for bound in getattr(kind, "__metadata__", ()))
    return next((bound for bound in bounds if bound is not None), 100)


def _wanted(kind: type[Any]) -> str:
    words: Mapping[Any, str] = {bool: "true or false", int: "a whole number", float: "a number"}
    if issubclass(kind, StrEnum):
        return "one of " + ", ".join(kind)
    return words.get(kind, "a text")


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "keys with values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "nothing" if is_nothing(node) else f"`{_cut(node.value)}`"


def is_nothing(node: yaml.Node) -> bool:
    """A key with nothing behind it, its entries commented out perhaps, is as good as none."""
    return isinstance(node, yaml.ScalarNode) and node.tag == f"{_PLAIN}null"


def _as_list(node: yaml.Node, key: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag == ALIAS or is_nothing(node):
        return "Put a - before each of its entries, each on a line of its own."
    return f'Write `{key.rpartition(".")[2]}: ["{_cut(node.value)}"]`.'


def _meant(word: str, known: Iterable[str]) -> str:
    known = tuple(known)
    close = get_close_matches(_cut(word).lower(), known, n=1)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known are: {', '.join(known)}."


def _cut(text: object) -> str:
    """What somebody wrote, short enough for a message, on one line and without backticks."""
    line = " ".join(str(text).replace("`", "'").split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
