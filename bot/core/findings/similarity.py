"""Decides whether two findings are the same, despite rewording or a line that moved or changed."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bot.core.findings.fingerprint import AnchoredFinding
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding
from bot.core.findings.visible_lines import is_distinctive

_ALIKE = 0.5
_VERY_ALIKE = 0.7
_RELATED = 0.25
_MOST = 300  # findings of one file to compare one by one
_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    _WORD.findall("a an and as at be by can for from if in is it its of on or the this to when with")
)


def similarity(one: str, other: str) -> float:
    """The similarity of two titles from 0 to 1: the share of common words."""
    words, others = _words(one), _words(other)
    if min(len(words), len(others)) < 2:  # few words, or a script without spaces
        return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
    return 2 * len(words & others) / (len(words) + len(others))


@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold())) - _SMALL


def same(known: TrackedFinding, found: AnchoredFinding, *, lost: bool = False) -> float:
    """The confidence that `found` is the finding `known`; 0 if it is another one.

    On the same line, category or title must agree. On a changed line, a neighbouring line, the category and
    the title must all agree; then the finding is not fixed. `lost`: the file of `known` is no longer in the
    change, possibly because of a rename.
    """
    if known.fingerprint == found.key:
        return 4.0
    finding = found.finding
    alike, akin = similarity(known.title, finding.title), known.category == finding.category
    beside = bool(set(known.around) & set(found.around))
    if known.path not in (finding.path, found.previous):
        moved = lost and akin and beside and known.text == found.text and alike >= _ALIKE
        return 1.0 + alike if moved else 0.0
    if known.text == found.text:
        enough = _agree(known, akin=akin, alike=alike)
        return 2.0 + alike + akin / 2 if enough else 0.0
    return 1.0 + alike if akin and beside and alike >= _VERY_ALIKE else 0.0


def _agree(known: TrackedFinding, *, akin: bool, alike: float) -> bool:
    """Whether two findings on one line are the same. A dismissed one must not hide others of its category."""
    if not is_distinctive(known.text):
        return akin and alike >= _ALIKE
    least = _RELATED if known.fate is FindingStatus.DISMISSED else 0.0
    return alike >= (least if akin else _ALIKE)


class DismissalMatcher:
    """Matches findings against the dismissed ones of a repository, across pull requests."""

    def __init__(self, dismissals: Iterable[Dismissal]) -> None:
        self._keys: set[str] = set()
        self._by_place: dict[tuple[str, str], list[Dismissal]] = defaultdict(list)
        for one in dismissals:
            self._keys.add(one.fingerprint)
            self._by_place[one.path, one.text].append(one)

    def has(self, found: AnchoredFinding) -> bool:
        finding = found.finding
        paths = [path for path in (finding.path, found.previous) if path]
        return self._has(found.key, paths, found.text, finding.category, finding.title)

    def has_known(self, known: TrackedFinding) -> bool:
        return self._has(known.fingerprint, [known.path], known.text, known.category, known.title)

    def _has(self, key: str, paths: Iterable[str], text: str, category: str, title: str) -> bool:
        if key in self._keys:
            return True
        there = (
            [one for path in paths for one in self._by_place.get((path, text), ())]
            if is_distinctive(text)
            else []
        )
        return any(
            similarity(one.title, title) >= (_RELATED if one.category == category else _ALIKE)
            for one in there
        )


def pair(
    known: Sequence[TrackedFinding], found: Sequence[AnchoredFinding], paths: Container[str]
) -> Mapping[str, TrackedFinding]:
    """The known finding for each found one, by key. Each is assigned once, in order of confidence.

    `paths` are those of the change.
    """
    by_key = {one.fingerprint: one for one in known}
    pairs = {one.key: by_key.pop(one.key) for one in found if one.key in by_key}
    left = [one for one in found if one.key not in pairs]
    candidates = _candidates(by_key.values(), left, paths)
    taken: set[str] = set()
    for _, key, one in sorted(candidates, key=lambda candidate: -candidate[0]):
        if key not in pairs and one.fingerprint not in taken:
            pairs[key] = one
            taken.add(one.fingerprint)
    return pairs


def _candidates(
    known: Iterable[TrackedFinding], found: Iterable[AnchoredFinding], paths: Container[str]
) -> Iterable[tuple[float, str, TrackedFinding]]:
    by_path: dict[str | None, list[TrackedFinding]] = defaultdict(list)
    lost: dict[str, list[TrackedFinding]] = defaultdict(list)
    for one in known:
        by_path[one.path].append(one)
        if one.path not in paths:
            lost[one.text].append(one)
    counts: Counter[str] = Counter()
    for anchored in found:
        path = anchored.finding.path
        counts[path] += 1
        if counts[path] > _MOST:
            continue
        near = [one for name in dict.fromkeys((path, anchored.previous)) for one in by_path[name][:_MOST]]
        pairs = [(one, same(one, anchored)) for one in near]
        pairs += [(one, same(one, anchored, lost=True)) for one in lost[anchored.text][:_MOST]]
        yield from ((confidence, anchored.key, one) for one, confidence in pairs if confidence)
