"""Reads from `.gitattributes` which files are generated, vendored or documentation."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bot.core.config.globs import BadPattern, any_of, exactly
from bot.core.diff.names import unquote
from bot.core.value import Value

FILE = ".gitattributes"
MARKS = {
    "linguist-generated": "generated",
    "linguist-vendored": "vendored",
    "linguist-documentation": "documentation",
}

_MAX_LINES = 500  # in all files together
_MAX_LINE = 2048  # characters; git ignores longer lines
_LINE = re.compile(r'[ \t]*(?P<pattern>"(?:[^"\\]|\\.)*"|[^\s"#]\S*)[ \t]+(?P<states>\S.*)')
_MACRO = "[attr]"
_NOTHING = r"(?!)"


class AttributeState(Value):
    """An attribute and whether it is set (None: unspecified); `implied` are the attributes of a macro."""

    name: str
    is_set: bool | None
    implied: tuple["AttributeState", ...] = ()


class Attributes(Value):
    """One or more consecutive lines of a `.gitattributes` in `directory` that set the same attributes."""

    directory: str
    patterns: tuple[str, ...]
    states: tuple[AttributeState, ...]


class _AttributeRule(NamedTuple):
    directory: str
    pattern: str
    states: tuple[AttributeState, ...]


Macros = Mapping[str, tuple[AttributeState, ...]]


def read_attributes(files: Mapping[str, str]) -> tuple[Attributes, ...]:
    """The relevant lines of `files` (texts by path), in ascending order of precedence."""
    macros = _macros(files.get(FILE, ""))  # git accepts macros only there
    root_first = sorted(files, key=lambda path: (path.count("/"), path))
    lines = [line for path in root_first for line in _lines(path, files[path], macros)][-_MAX_LINES:]
    runs = groupby(lines, key=lambda line: (line.directory, line.states))
    return tuple(
        Attributes(directory=directory, patterns=tuple(line.pattern for line in run), states=states)
        for (directory, states), run in runs
    )


def marks(attributes: Sequence[Attributes], path: str) -> tuple[str, ...]:
    """The marks of a file: "generated", or "-generated" if the attribute is unset explicitly."""
    known: dict[str, bool | None] = {}
    for line in reversed(attributes):
        if any(state.name not in known for state in line.states) and _fits(line, path):
            _fill(known, line.states)
    found = ((mark, known.get(name)) for name, mark in MARKS.items())
    return tuple(mark if is_set else f"-{mark}" for mark, is_set in found if is_set is not None)


def _fill(known: dict[str, bool | None], states: Sequence[AttributeState]) -> None:
    """Adds states that are still unknown. The caller goes from the highest precedence to the lowest."""
    for state in reversed(states):
        if state.name not in known:
            known[state.name] = state.is_set
            _fill(known, state.implied)


def _macros(text: str) -> Macros:
    macros: dict[str, tuple[AttributeState, ...]] = {}
    for pattern, words in _split(text):
        if pattern.startswith(_MACRO):
            macros[pattern.removeprefix(_MACRO)] = tuple(_states(words, macros))
    return macros


def _lines(path: str, text: str, macros: Macros) -> Iterator[_AttributeRule]:
    directory = path.rpartition("/")[0]
    for pattern, words in _split(text):
        states = tuple(_states(words, macros))
        if states and not pattern.startswith((_MACRO, "!")):
            yield _AttributeRule(directory, pattern, states)


def _split(text: str) -> Iterator[tuple[str, list[str]]]:
    """The patterns with the words that follow them."""
    for line in text.removeprefix("\ufeff").split("\n"):
        match = _LINE.fullmatch(line.rstrip()) if len(line) < _MAX_LINE else None
        if match:
            yield unquote(match["pattern"]), match["states"].split()


def _states(words: Iterable[str], macros: Macros) -> Iterator[AttributeState]:
    for word in words:
        name, _, value = word.lstrip("-!").partition("=")
        if name in MARKS or name in macros:
            is_set = None if word.startswith("!") else not word.startswith("-") and value != "false"
            yield AttributeState(
                name=name, is_set=is_set, implied=macros.get(name, ()) if word == name else ()
            )


def _fits(line: Attributes, path: str) -> bool:
    if line.directory:
        if not path.startswith(f"{line.directory}/"):
            return False
        path = path.removeprefix(f"{line.directory}/")
    return _compiled(line.patterns).match(path) is not None


@lru_cache(maxsize=512)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(any_of(filter(None, map(_expression, patterns))) or _NOTHING, re.DOTALL)


def _expression(pattern: str) -> str | None:
    try:
        return exactly(pattern)
    except BadPattern:
        return None
