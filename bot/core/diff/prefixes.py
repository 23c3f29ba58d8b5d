"""Infers the prefixes of names in git headers: `a/` and `b/`, or any configured text.

Both names of a file end in its path. The start of the path follows from all names of the diff.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

Pair = tuple[str, str]

_BORDERS = ("/", ":", "\\")  # no path begins with one of these: text before them is a prefix
_USUAL = re.compile(r"[a-z0-9]/")  # a/ b/, by diff.mnemonicPrefix c/ i/ o/ w/ 1/ 2/
_MOST = 8  # one diff has one pair of prefixes; diffs may be concatenated


class Split(NamedTuple):
    """Two names of one file: their prefixes and the path."""

    prefixes: Pair
    path: str


class _Ends(NamedTuple):
    """What several names share after their first difference: the rest of a path part, or not even a character
    ("_", "-") that may belong to the prefix.
    """

    share_part: bool
    share_nothing: bool

    @classmethod
    def of(cls, ends: Sequence[str]) -> Self:
        heads = {end[: end.find("/") + 1] or end for end in ends}
        starts = {end[:1] for end in ends}
        return cls(len(heads) == 1, len(heads) > 1 and (len(starts) > 1 or "".join(starts).isalnum()))


class Prefixes:
    """The prefixes of a diff. `renamed` are known from renames, whose names git also writes without prefixes;
    `pairs` are the names of files on both sides, `halves` those of files on one side.
    """

    def __init__(
        self, renamed: Iterable[Pair] = (), pairs: Iterable[Pair] = (), halves: Iterable[Pair] = ()
    ) -> None:
        pairs, halves = list(pairs), list(halves)
        self._renamed = _few(renamed)
        self._directories = {_first(new) for old, new in halves if old == new}
        self._ends = self._learn_ends([*pairs, *halves])
        splits = [split for pair in pairs if (split := self.split(*pair))]
        self._shown = _few(split.prefixes for split in splits)
        self._contested = contested(splits)

    def split(self, old: str, new: str) -> Split | None:
        """The prefixes and the path; None if the names are ambiguous."""
        return self._at_border(old, new) or self._within_part(old, new)

    def path(self, old: str, new: str) -> str:
        """The path of a file on both sides; empty if it is ambiguous."""
        split = self.split(old, new)
        if split and split.path not in self._contested:
            return split.path
        if _are_usual(old, new):
            return new[2:]
        return new if split else self.strip(new, side=1)

    def strip(self, name: str, *, side: int) -> str:
        """`name` without this side's prefix of files on both sides; empty if it has none."""
        found = max((pair[side] for pair in self._shown if name.startswith(pair[side])), key=len, default="")
        return name[len(found) :] if found else ""

    def knows(self, prefixes: Pair) -> bool:
        """Whether files on both sides have these prefixes. `git diff --no-index OLD NEW` shows a file of one
        side below the same directory twice.
        """
        return not self._shown or prefixes in self._shown

    def halve(self, text: str) -> Pair | None:
        """Splits two names at a space, if known prefixes determine their lengths."""
        for old, new in (*self._renamed, *self._shown):
            size = (len(text) - 1 - len(old) - len(new)) // 2
            path = text[len(old) : len(old) + size]
            if path and text == f"{old}{path} {new}{path}":
                return f"{old}{path}", f"{new}{path}"
        return None

    def _learn_ends(self, pairs: Iterable[Pair]) -> Mapping[Pair, _Ends]:
        """The endings of names whose first difference is inside a path part."""
        found: defaultdict[Pair, list[str]] = defaultdict(list)
        for pair in pairs:
            if not self._at_border(*pair):
                before, end = _shared_end(*pair)
                found[before].append(end)
        return {before: _Ends.of(ends) for before, ends in found.items()}

    def _at_border(self, old: str, new: str) -> Split | None:
        """Splits by the prefixes of a rename, or where whole parts differ and the rest is equal."""
        for prefixes in self._renamed:
            rest = old[len(prefixes[0]) :]
            if rest and (old, new) == (prefixes[0] + rest, prefixes[1] + rest):
                return Split(prefixes, rest)
        if old == new:
            return Split(("", ""), new)
        before, end = _shared_end(old, new)
        path = end.lstrip(end[0]) if end.startswith(_BORDERS) else end
        if path and (path != end or all(not name or name.endswith("/") for name in before)):
            return Split((old.removesuffix(path), new.removesuffix(path)), path)
        return None

    def _within_part(self, old: str, new: str) -> Split | None:
        """Splits inside a part: after directories with a common ending ("a/old-1.0/", "b/new-1.0/"), if all
        names share it, or after prefixes without a final slash.
        """
        before, end = _shared_end(old, new)
        ends = self._ends.get(before) or _Ends.of([end])
        path = end.partition("/")[2]
        if ends.share_part:  # as do files of one directory with `--src-prefix=a`
            is_known = path and (_are_usual(old, new) or self._directories & {_first(old), _first(new)})
            return Split((old.removesuffix(path), new.removesuffix(path)), path) if is_known else None
        return Split(before, end) if ends.share_nothing and "/" not in "".join(before) else None


def contested(splits: Iterable[Split]) -> frozenset[str]:
    """Paths that occur below several directories, for which the full names are needed."""
    found: defaultdict[str, set[Pair]] = defaultdict(set)
    for prefixes, path in splits:
        found[path].add(prefixes)
    return frozenset(path for path, several in found.items() if len(several) > 1 and _is_deep(several))


def _is_deep(several: Iterable[Pair]) -> bool:
    return any("/" in prefix.rstrip("/") for prefixes in several for prefix in prefixes)


def _few(prefixes: Iterable[Pair]) -> tuple[Pair, ...]:
    """Unique prefixes, the longest first; none if there are too many."""
    found = sorted(set(prefixes), key=lambda pair: (-len("".join(pair)), pair))
    return tuple(found) if len(found) <= _MOST else ()


def _shared_end(old: str, new: str) -> tuple[Pair, str]:
    """The prefixes and the common ending of two names, by characters."""
    sizes = range(1, min(len(old), len(new)) + 1)
    size = bisect_left(sizes, True, key=lambda size: not old.endswith(new[len(new) - size :]))
    return (old[: len(old) - size], new[: len(new) - size]), old[len(old) - size :]


def _are_usual(old: str, new: str) -> bool:
    return bool(_USUAL.match(old) and _USUAL.match(new))


def _first(name: str) -> str:
    return name.partition("/")[0]
