"""What `.gitattributes` says of files: generated, vendored, documentation."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.core.config.globs import BadPattern, exactly
from bot.core.diff.names import unquote
from bot.core.value import Value

FILE = ".gitattributes"
MARKS = {
    "linguist-generated": "generated",
    "linguist-vendored": "vendored",
    "linguist-documentation": "documentation",
}

_MAX_LINES = 2000  # of all files together
_MAX_LINE = 2048  # characters; git passes over longer ones
_LINE = re.compile(r'[ \t]*(?P<pattern>"(?:[^"\\]|\\.)*"|[^\s"#]\S*)[ \t]+(?P<states>\S.*)')
_MACRO = "[attr]"

State = tuple[str, bool | None]
"""An attribute, and whether it is set; None: nothing is said of it."""


class Attributes(Value):
    """A line of a `.gitattributes` in `directory`."""

    directory: str
    pattern: str
    states: tuple[State, ...]


def read_attributes(files: Mapping[str, str]) -> tuple[Attributes, ...]:
    """The lines that are about our marks, of files by path; those that win stand last."""
    root_first = sorted(files, key=lambda path: (path.count("/"), path))
    macros: dict[str, tuple[State, ...]] = {}
    lines = [line for path in root_first for line in _lines(path, files[path], macros)]
    return tuple(lines[-_MAX_LINES:])


def marks(attributes: Sequence[Attributes], path: str) -> tuple[str, ...]:
    """The marks of a file: "generated", or "-generated" where it says that it is not."""
    known: dict[str, bool | None] = {}
    for line in reversed(attributes):
        if any(name not in known for name, _ in line.states) and _fits(line, path):
            for name, state in reversed(line.states):
                known.setdefault(name, state)
    found = ((mark, known.get(name)) for name, mark in MARKS.items())
    return tuple(mark if is_set else f"-{mark}" for mark, is_set in found if is_set is not None)


def _lines(path: str, text: str, macros: dict[str, tuple[State, ...]]) -> Iterator[Attributes]:
    directory = path.rpartition("/")[0]
    for line in text.removeprefix("\ufeff").splitlines():
        match = _LINE.fullmatch(line.rstrip()) if len(line) < _MAX_LINE else None
        if not match:
            continue
        pattern = unquote(match["pattern"])
        states = tuple(_states(match["states"].split(), macros))
        if pattern.startswith(_MACRO):
            if not directory:  # git takes no macros from elsewhere
                macros[pattern.removeprefix(_MACRO)] = states
        elif states and not pattern.startswith("!"):
            yield Attributes(directory=directory, pattern=pattern, states=states)


def _states(words: Iterable[str], macros: Mapping[str, tuple[State, ...]]) -> Iterator[State]:
    for word in words:
        name, _, value = word.lstrip("-!").partition("=")
        if name in macros and word == name:
            yield from macros[name]
        elif name in MARKS:
            yield name, None if word.startswith("!") else not word.startswith("-") and value != "false"


def _fits(line: Attributes, path: str) -> bool:
    if line.directory:
        if not path.startswith(f"{line.directory}/"):
            return False
        path = path.removeprefix(f"{line.directory}/")
    expression = _compiled(line.pattern)
    return expression is not None and expression.match(path) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        expression = exactly(pattern)
    except BadPattern:
        return None
    return re.compile(expression, re.DOTALL) if expression else None
