"""Matches findings with golden comments: a match has the same place and the same meaning.

Both are decided by positions and words, so that a review always gets the same score. A model can decide on
the meaning instead, see `bot.core.evaluation.judging`. Text that a finding copies from the pull request
counts for nothing, and a finding that would fit many golden comments fits none: a list of defects is not a
review.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.core.evaluation.dataset import Case, Golden
from bot.core.review import Finding, LineRange

NEAR = 3  # lines by which the position of a match may differ
ALIKE = 0.35  # share of common words for a match by words
LEAST = 2  # of these common words, those that the pull request does not contain
GENERIC = 0.1  # share of the dataset's golden comments that one finding may fit by their key terms
FEW = 4  # golden comments that one finding may always fit

_COPIED = 3  # words in a row that the pull request contains are copied from it
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
_EMPTY = frozenset(
    ("the", "and", "for", "with", "that", "this", "from", "are", "was", "not", "but", "has", "have", "when")
)


class FindingMatch(NamedTuple):
    """A match, as indices into the lists of findings and of golden comments."""

    finding: int
    golden: int


class Matcher:
    """Matches the findings of one dataset. `golden` are all golden comments of the dataset."""

    def __init__(self, golden: Iterable[Golden] = ()) -> None:
        self._key_terms = [comment.terms for comment in golden if comment.terms]

    def match(self, findings: Sequence[Finding], case: Case) -> list[FindingMatch]:
        """The matches, the best first, with each finding and golden comment at most once."""
        shown = _words(shown_text(case))
        copied = _runs(shown)
        rated = []
        for at, finding in enumerate(findings):
            words = own_words(f"{finding.title}\n{finding.body}", copied)
            for wanted, comment in enumerate(case.golden):
                if is_at(finding, comment) and (closeness := self._closeness(words, comment, shown)) > 0:
                    rated.append((closeness, -at, -wanted))
        return take_each_once([FindingMatch(-at, -wanted) for _, at, wanted in sorted(rated, reverse=True)])

    def _closeness(self, words: Sequence[str], golden: Golden, shown: Sequence[str]) -> float:
        """The likeness in meaning, 0 for none."""
        wanted = _significant(_words(golden.text))
        common = _significant(words) & wanted
        if golden.terms:
            text = " ".join(words)
            means_it = _has_terms(text, golden.terms) and not self._is_generic(text)
            return 1 + _share(common, wanted) if means_it else 0
        likeness = words_alike(" ".join(words), golden.text)
        return likeness if likeness >= ALIKE and len(common - set(shown)) >= LEAST else 0

    def _is_generic(self, text: str) -> bool:
        fitting = sum(_has_terms(text, terms) for terms in self._key_terms)
        return fitting > max(FEW, GENERIC * len(self._key_terms))


def take_each_once(pairs: Sequence[FindingMatch]) -> list[FindingMatch]:
    """The pairs without those whose finding or golden comment occurs earlier."""
    findings, golden, taken = set(), set(), []
    for pair in pairs:
        if pair.finding not in findings and pair.golden not in golden:
            findings.add(pair.finding)
            golden.add(pair.golden)
            taken.append(pair)
    return taken


def is_at(finding: Finding, golden: Golden) -> bool:
    """Whether the finding is at the place of the golden comment. Every place fits one without a path."""
    if golden.path is None:
        return True
    spots: list[Finding | LineRange] = [finding, *finding.also]
    return any(_touches(spot, golden) for spot in spots)


def shown_text(case: Case) -> str:
    """The text that a reviewer was given and may copy."""
    return "\n".join((case.title, case.body, *case.commits, case.diff, *case.texts.values()))


def own_words(text: str, copied: frozenset[tuple[str, ...]]) -> list[str]:
    """The words of `text` in lower case, without those in a run of words that is in `copied`."""
    words = _words(text)
    kept = [True] * len(words)
    for at in range(len(words) - _COPIED + 1):
        if tuple(words[at : at + _COPIED]) in copied:
            kept[at : at + _COPIED] = [False] * _COPIED
    return [word for word, is_own in zip(words, kept, strict=True) if is_own]


def words_alike(first_text: str, second_text: str) -> float:
    """The share of words of the shorter text that the other contains."""
    first, second = _significant(_words(first_text)), _significant(_words(second_text))
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def _touches(spot: Finding | LineRange, golden: Golden) -> bool:
    if spot.path != golden.path or golden.line is None:
        return spot.path == golden.path
    last = golden.end or golden.line
    return spot.line <= last + NEAR and golden.line <= spot.end + NEAR


def _has_terms(text: str, groups: Sequence[Sequence[str]]) -> bool:
    return all(any(_at_word(term).search(text) for term in group) for group in groups)


@lru_cache(maxsize=10_000)
def _at_word(term: str) -> re.Pattern[str]:
    """Finds `term` at the beginning of a word: "recurs" is in "recursion" and "recursive"."""
    return re.compile(r"(?<!\w)" + re.escape(" ".join(term.lower().split())))


def _words(text: str) -> list[str]:
    """All words and numbers in lower case, with hyphens and operators inside them: "off-by-one", "n+1"."""
    return re.findall(r"\w+(?:[-+.']\w+)*", text.lower())


def _runs(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[at : at + _COPIED]) for at in range(len(words) - _COPIED + 1))


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _significant(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if _WORD.fullmatch(word)) - _EMPTY
