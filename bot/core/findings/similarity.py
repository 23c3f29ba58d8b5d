"""Decides whether two findings are the same, despite rewording or a line that moved or changed."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bot.core.findings.fingerprint import AnchoredFinding
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding, is_grave
from bot.core.findings.visible_lines import is_distinctive

_ALIKE = 0.5
_VERY_ALIKE = 0.7
_RELATED = 0.25
_MOST = 300  # findings of one file to compare one by one
_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    _WORD.findall("a an and as at be by can for from if in is it its of on or the this to when with")
)


def similarity(first: str, second: str) -> float:
    """The similarity of two titles from 0 to 1: the share of common words."""
    first_words, second_words = _words(first), _words(second)
    if min(len(first_words), len(second_words)) < 2:  # few words, or a script without spaces
        return SequenceMatcher(None, first.casefold(), second.casefold(), autojunk=False).ratio()
    return 2 * len(first_words & second_words) / (len(first_words) + len(second_words))


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
    title_similarity = similarity(known.title, finding.title)
    same_category = known.category == finding.category
    same_neighbours = bool(set(known.around) & set(found.around))
    if known.path not in (finding.path, found.previous):
        moved = (
            lost
            and same_category
            and same_neighbours
            and known.text == found.text
            and title_similarity >= _ALIKE
        )
        return 1.0 + title_similarity if moved else 0.0
    if known.text == found.text:
        enough = _agree(known, same_category=same_category, title_similarity=title_similarity)
        return 2.0 + title_similarity + same_category / 2 if enough else 0.0
    return (
        1.0 + title_similarity
        if same_category and same_neighbours and title_similarity >= _VERY_ALIKE
        else 0.0
    )


def _agree(known: TrackedFinding, *, same_category: bool, title_similarity: float) -> bool:
    """Whether two findings on one line are the same. A dismissed one must not hide others of its category."""
    if not is_distinctive(known.text):
        return same_category and title_similarity >= _ALIKE
    least = _RELATED if known.fate is FindingStatus.DISMISSED else 0.0
    return title_similarity >= (least if same_category else _ALIKE)


class DismissalMatcher:
    """Matches findings against the dismissed ones of a repository, across pull requests.

    A dismissal silences similar findings on equal lines of its file. A grave finding (see `is_grave`) is
    silenced only at the very place of the dismissal: the same line between the same lines.
    """

    def __init__(self, dismissals: Iterable[Dismissal]) -> None:
        self._by_key: dict[str, Dismissal] = {}
        self._by_place: dict[tuple[str, str], list[Dismissal]] = defaultdict(list)
        for dismissal in dismissals:
            self._by_key[dismissal.fingerprint] = dismissal
            self._by_place[dismissal.path, dismissal.text].append(dismissal)

    def has(self, found: AnchoredFinding) -> bool:
        finding = found.finding
        if found.key in self._by_key and not self.is_elsewhere(found):
            return True
        paths = [path for path in (finding.path, found.previous) if path]
        near = self._near(paths, found.text)
        if is_grave(finding.severity, finding.category):
            return any(_is_there(one, found.around, finding.category, finding.title) for one in near)
        return any(_is_alike(one, finding.category, finding.title) for one in near)

    def has_known(self, known: TrackedFinding) -> bool:
        if known.fingerprint in self._by_key:
            return True
        near = self._near([known.path], known.text)
        if is_grave(known.severity, known.category):
            return any(_is_there(one, known.around, known.category, known.title) for one in near)
        return any(_is_alike(one, known.category, known.title) for one in near)

    def is_elsewhere(self, found: AnchoredFinding) -> bool:
        """Whether a grave finding has the fingerprint of a dismissed one, but stands at another place: on an
        equal line between other lines.
        """
        dismissal = self._by_key.get(found.key)
        if dismissal is None or not is_grave(found.finding.severity, found.finding.category):
            return False
        is_known_place = bool(dismissal.around and found.around)
        return is_known_place and not set(dismissal.around) & set(found.around)

    def _near(self, paths: Iterable[str], text: str) -> Sequence[Dismissal]:
        """The dismissals on an equal line of these files, if the line is distinctive."""
        if not is_distinctive(text):
            return ()
        return [dismissal for path in paths for dismissal in self._by_place.get((path, text), ())]


def _is_alike(dismissal: Dismissal, category: str, title: str) -> bool:
    least = _RELATED if dismissal.category == category else _ALIKE
    return similarity(dismissal.title, title) >= least


def _is_there(dismissal: Dismissal, around: Iterable[str], category: str, title: str) -> bool:
    """Whether a grave finding on an equal line is the dismissed one."""
    same_category = dismissal.category == category
    same_neighbours = bool(set(dismissal.around) & set(around))
    return same_category and same_neighbours and similarity(dismissal.title, title) >= _ALIKE


def pair(
    known: Sequence[TrackedFinding], found: Sequence[AnchoredFinding], paths: Container[str]
) -> Mapping[str, TrackedFinding]:
    """The known finding for each found one, by key. Each is assigned once, in order of confidence.

    `paths` are those of the change.
    """
    by_key = {entry.fingerprint: entry for entry in known}
    pairs = {anchored.key: by_key.pop(anchored.key) for anchored in found if anchored.key in by_key}
    unmatched = [anchored for anchored in found if anchored.key not in pairs]
    candidates = _candidates(by_key.values(), unmatched, paths)
    taken: set[str] = set()
    for _, key, entry in sorted(candidates, key=lambda candidate: -candidate[0]):
        if key not in pairs and entry.fingerprint not in taken:
            pairs[key] = entry
            taken.add(entry.fingerprint)
    return pairs


def _candidates(
    known: Iterable[TrackedFinding], found: Iterable[AnchoredFinding], paths: Container[str]
) -> Iterable[tuple[float, str, TrackedFinding]]:
    by_path: dict[str | None, list[TrackedFinding]] = defaultdict(list)
    lost: dict[str, list[TrackedFinding]] = defaultdict(list)
    for entry in known:
        by_path[entry.path].append(entry)
        if entry.path not in paths:
            lost[entry.text].append(entry)
    counts: Counter[str] = Counter()
    for anchored in found:
        path = anchored.finding.path
        counts[path] += 1
        if counts[path] > _MOST:
            continue
        near = [entry for name in dict.fromkeys((path, anchored.previous)) for entry in by_path[name][:_MOST]]
        pairs = [(entry, same(entry, anchored)) for entry in near]
        pairs += [(entry, same(entry, anchored, lost=True)) for entry in lost[anchored.text][:_MOST]]
        yield from ((confidence, anchored.key, entry) for entry, confidence in pairs if confidence)
