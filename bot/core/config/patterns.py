"""Patterns as people write them into the configuration: which path, which title they fit."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bot.core.config.globs import BadPattern, any_of, escape, inside


class Pattern(NamedTuple):
    """`text` as it is written in `origin` (a layer's name), or as it would be at the root."""

    text: str
    origin: str


class _Repetition(NamedTuple):
    """Patterns that stand one after another and say the same."""

    takes_back: bool
    origin: str
    expression: re.Pattern[str]


class Patterns:
    """Patterns as in .gitignore, in their order: the last that fits wins, and one with a "!" takes back."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        runs = groupby(patterns, key=lambda pattern: (pattern.text.startswith("!"), pattern.origin))
        self._runs = [
            _Repetition(takes_back, origin, _any_of(tuple(pattern.text for pattern in run)))
            for (takes_back, origin), run in runs
        ][::-1]

    def origin_of(self, path: str) -> str | None:
        """Where the pattern stands that decides; None when none fits, or it takes back."""
        for run in self._runs:
            if run.expression.match(path):
                return None if run.takes_back else run.origin
        return None


@lru_cache(maxsize=512)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(any_of(inside(_bare(pattern)) for pattern in patterns), re.DOTALL)


def _bare(pattern: str) -> str:
    """Without the "!" at its front, and the spaces at its end that no backslash holds."""
    return re.sub(r"(?<!\\) +\Z", "", pattern.removeprefix("!"))


def fit(pattern: str) -> str:
    """`pattern` itself, if it is one. Raises `BadPattern`, whose text says what is wrong and what to do."""
    bare = _bare(pattern)
    if pattern.startswith("#"):
        raise BadPattern("begins with #, which makes a comment of it; put a backslash before that")
    if bare.startswith(("./", "../")) or "/../" in bare:
        raise BadPattern("has . or .. in it; write it from the directory of this file on")
    try:
        re.compile(inside(bare))
    except BadPattern as error:
        raise BadPattern(f"{error}, so it fits nothing") from None
    return pattern


def rebase(pattern: str, directory: str) -> str:
    """`pattern`, which stands in a file in `directory`, as it would be at the root."""
    if not directory:
        return pattern
    sign = "!" if pattern.startswith("!") else ""
    bare = _bare(pattern)
    depth = "" if "/" in bare.removesuffix("/") else "**/"
    return f"{sign}/{escape(directory)}/{depth}{bare.removeprefix('/')}"


def fits(text: str, patterns: Sequence[str]) -> str | None:
    """The first of `patterns` that fits the whole of `text`, in any case of letters.

    In these only `*` (any characters) and `?` (one) are special, so that `[WIP]*` means what it seems to.
    """
    folded = text.strip().casefold()
    return next((pattern for pattern in patterns if _whole(pattern).match(folded)), None)


@lru_cache(maxsize=512)
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.casefold().replace("[", "[[]")))
