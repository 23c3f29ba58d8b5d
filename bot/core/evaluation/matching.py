"""Matches findings with golden comments.

Matching uses only positions and words, so that a review always gets the same score. For matching by meaning,
see `bot.core.evaluation.judging`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.evaluation.dataset import Golden
from bot.core.review import Finding, LineRange

NEAR = 3  # lines by which the position of a match may differ
ALIKE = 0.35  # share of common words for a match without a position

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
_EMPTY = frozenset(
    ("the", "and", "for", "with", "that", "this", "from", "are", "was", "not", "but", "has", "have", "when")
)


class FindingMatch(NamedTuple):
    """A match, as indices into the lists of findings and of golden comments."""

    finding: int
    golden: int


def match(findings: Sequence[Finding], golden: Sequence[Golden]) -> list[FindingMatch]:
    """The matches, the best first, with each finding and golden comment at most once."""
    rated = [
        (closeness, -at, -wanted)
        for at, finding in enumerate(findings)
        for wanted, comment in enumerate(golden)
        if (closeness := _closeness(finding, comment)) > 0
    ]
    return take_each_once([FindingMatch(-at, -wanted) for _, at, wanted in sorted(rated, reverse=True)])


def take_each_once(pairs: Sequence[FindingMatch]) -> list[FindingMatch]:
    """The pairs without those whose finding or golden comment occurs earlier."""
    findings, golden, taken = set(), set(), []
    for pair in pairs:
        if pair.finding not in findings and pair.golden not in golden:
            findings.add(pair.finding)
            golden.add(pair.golden)
            taken.append(pair)
    return taken


def _closeness(finding: Finding, golden: Golden) -> float:
    """The quality of a match, 0 for none. Position counts first, then the share of common words."""
    likeness = words_alike(f"{finding.title} {finding.body}", golden.text)
    if golden.path is None:
        return likeness if likeness >= ALIKE else 0
    spots: list[Finding | LineRange] = [finding, *finding.also]
    is_there = any(_touches(spot, golden) for spot in spots)
    return 1 + likeness if is_there else 0


def _touches(spot: Finding | LineRange, golden: Golden) -> bool:
    if spot.path != golden.path or golden.line is None:
        return spot.path == golden.path
    last = golden.end or golden.line
    return spot.line <= last + NEAR and golden.line <= spot.end + NEAR


def words_alike(first_text: str, second_text: str) -> float:
    """The share of words of the shorter text that the other contains."""
    first, second = _words(first_text), _words(second_text)
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - _EMPTY
