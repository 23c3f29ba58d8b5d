"""Matches the patterns of a configuration against paths and titles."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bot.core.config.globs import BadPattern, any_of, escape, inside


class Pattern(NamedTuple):
    """`text` as written in `origin` (a layer's name), or rebased to the root."""

    text: str
    origin: str


class _Repetition(NamedTuple):
    """Consecutive patterns of the same origin and sign."""

    is_negated: bool
    origin: str
    expression: re.Pattern[str]


class Patterns:
    """Ordered patterns as in .gitignore: the last match wins, and "!" negates a pattern."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        runs = groupby(patterns, key=lambda pattern: (pattern.text.startswith("!"), pattern.origin))
        self._runs = [
            _Repetition(is_negated, origin, _any_of(tuple(pattern.text for pattern in run)))
            for (is_negated, origin), run in runs
        ][::-1]

    def origin_of(self, path: str) -> str | None:
        """The origin of the deciding pattern; None if none matches or it is negated."""
        for run in self._runs:
            if run.expression.match(path):
                return None if run.is_negated else run.origin
        return None


@lru_cache(maxsize=512)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(any_of(inside(_bare(pattern)) for pattern in patterns), re.DOTALL)


def _bare(pattern: str) -> str:
    """`pattern` without a leading "!" and without unescaped trailing spaces."""
    return re.sub(r"(?<!\\) +\Z", "", pattern.removeprefix("!"))


def fit(pattern: str) -> str:
    """`pattern`, if it is valid. Raises `BadPattern`, whose text says what is wrong and what to do."""
    bare = _bare(pattern)
    if pattern.startswith("#"):
        raise BadPattern("begins with #, which starts a comment; escape it with a backslash")
    if bare.startswith(("./", "../")) or "/../" in bare:
        raise BadPattern("contains . or ..; write it relative to the directory of this file")
    try:
        re.compile(inside(bare))
    except BadPattern as error:
        raise BadPattern(f"{error}, so it matches nothing") from None
    return pattern


def rebase(pattern: str, directory: str) -> str:
    """`pattern` of a file in `directory`, relative to the root."""
    if not directory:
        return pattern
    sign = "!" if pattern.startswith("!") else ""
    bare = _bare(pattern)
    depth = "" if "/" in bare.removesuffix("/") else "**/"
    return f"{sign}/{escape(directory)}/{depth}{bare.removeprefix('/')}"


def fits(text: str, patterns: Sequence[str]) -> str | None:
    """The first of `patterns` that matches all of `text`, ignoring case.

    Only `*` (any characters) and `?` (one) are special, so that `[WIP]*` matches a literal bracket.
    """
    folded = text.strip().casefold()
    return next((pattern for pattern in patterns if _whole(pattern).match(folded)), None)


@lru_cache(maxsize=512)
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.casefold().replace("[", "[[]")))
