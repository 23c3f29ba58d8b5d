"""What git writes before the names in its headers: `a/` and `b/`, or any text that its settings say.

Both names of a file end in its path. Where the path begins is learnt over the whole diff.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

Pair = tuple[str, str]

_BORDERS = ("/", ":", "\\")  # no path begins with one of these: what stands before is a prefix
_USUAL = re.compile(r"[a-z0-9]/")  # a/ b/, by diff.mnemonicPrefix c/ i/ o/ w/ 1/ 2/
_MOST = 8  # one diff has one pair of prefixes; several diffs may have been put together


class Split(NamedTuple):
    """Two names of one file: what stands before its path on either side, and the path."""

    prefixes: Pair
    path: str


class _Ends(NamedTuple):
    """What several names have in common behind their first difference: the rest of a part, or not even a mark
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
    """The prefixes of a diff. `told` are those that a rename tells, since git writes its names without them
    as well; `pairs` are the names of the files that stand on both sides, `halves` those of the others.
    """

    def __init__(
        self, told: Iterable[Pair] = (), pairs: Iterable[Pair] = (), halves: Iterable[Pair] = ()
    ) -> None:
        pairs, halves = list(pairs), list(halves)
        self._told = _few(told)
        self._directories = {_first(new) for old, new in halves if old == new}
        self._ends = self._learn_ends([*pairs, *halves])
        splits = [split for pair in pairs if (split := self.split(*pair))]
        self._shown = _few(split.prefixes for split in splits)
        self._contested = contested(splits)

    def split(self, old: str, new: str) -> Split | None:
        """None where the two names do not tell it."""
        return self._at_border(old, new) or self._within_part(old, new)

    def path(self, old: str, new: str) -> str:
        """The path of a file on both sides; empty where it cannot be told."""
        split = self.split(old, new)
        if split and split.path not in self._contested:
            return split.path
        if _are_usual(old, new):
            return new[2:]
        return new if split else self.strip(new, side=1)

    def strip(self, name: str, *, side: int) -> str:
        """`name` without the prefix that files on both sides have on this side; empty where it has none."""
        found = max((pair[side] for pair in self._shown if name.startswith(pair[side])), key=len, default="")
        return name[len(found) :] if found else ""

    def knows(self, prefixes: Pair) -> bool:
        """Whether files on both sides have these. `git diff --no-index OLD NEW` shows a file that is on one
        side only below the same directory twice.
        """
        return not self._shown or prefixes in self._shown

    def halve(self, text: str) -> Pair | None:
        """Two names with a blank between them, where known prefixes tell how long each is."""
        for old, new in (*self._told, *self._shown):
            size = (len(text) - 1 - len(old) - len(new)) // 2
            path = text[len(old) : len(old) + size]
            if path and text == f"{old}{path} {new}{path}":
                return f"{old}{path}", f"{new}{path}"
        return None

    def _learn_ends(self, pairs: Iterable[Pair]) -> Mapping[Pair, _Ends]:
        """How names go on behind their first difference, where that is inside a part."""
        found: defaultdict[Pair, list[str]] = defaultdict(list)
        for pair in pairs:
            if not self._at_border(*pair):
                before, end = _shared_end(*pair)
                found[before].append(end)
        return {before: _Ends.of(ends) for before, ends in found.items()}

    def _at_border(self, old: str, new: str) -> Split | None:
        """Where a rename says so, or where whole parts of the names differ and the rest is equal."""
        for prefixes in self._told:
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
        """Directories that end alike ("a/old-1.0/", "b/new-1.0/"), where all names share the rest of that
        part, or prefixes that end without a slash.
        """
        before, end = _shared_end(old, new)
        ends = self._ends.get(before) or _Ends.of([end])
        path = end.partition("/")[2]
        if ends.share_part:  # so do the files of one directory behind `--src-prefix=a`
            is_told = path and (_are_usual(old, new) or self._directories & {_first(old), _first(new)})
            return Split((old.removesuffix(path), new.removesuffix(path)), path) if is_told else None
        return Split(before, end) if ends.share_nothing and "/" not in "".join(before) else None


def contested(splits: Iterable[Split]) -> frozenset[str]:
    """Paths that stand below several directories: there, the whole names are needed."""
    found: defaultdict[str, set[Pair]] = defaultdict(set)
    for prefixes, path in splits:
        found[path].add(prefixes)
    return frozenset(path for path, several in found.items() if len(several) > 1 and _is_deep(several))


def _is_deep(several: Iterable[Pair]) -> bool:
    return any("/" in prefix.rstrip("/") for prefixes in several for prefix in prefixes)


def _few(prefixes: Iterable[Pair]) -> tuple[Pair, ...]:
    """Each once, the longest first; none where there are many."""
    found = sorted(set(prefixes), key=lambda pair: (-len("".join(pair)), pair))
    return tuple(found) if len(found) <= _MOST else ()


def _shared_end(old: str, new: str) -> tuple[Pair, str]:
    """The characters that both names end with, and what stands before them."""
    sizes = range(1, min(len(old), len(new)) + 1)
    size = bisect_left(sizes, True, key=lambda size: not old.endswith(new[len(new) - size :]))
    return (old[: len(old) - size], new[: len(new) - size]), old[len(old) - size :]


def _are_usual(old: str, new: str) -> bool:
    return bool(_USUAL.match(old) and _USUAL.match(new))


def _first(name: str) -> str:
    return name.partition("/")[0]
