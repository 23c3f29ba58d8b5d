"""Which finding says what which golden comment says.

By place and words alone, so that the same review always gets the same score. A model that judges by meaning
gives pairs of its own (`bot.core.evaluation.judging`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.evaluation.dataset import Golden
from bot.core.review import Finding, LineRange

NEAR = 3  # lines by which a finding may miss and still be meant
ALIKE = 0.35  # of the fewer words, where no place is given

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
_EMPTY = frozenset(
    ("the", "and", "for", "with", "that", "this", "from", "are", "was", "not", "but", "has", "have", "when")
)


class FindingMatch(NamedTuple):
    """Places in the lists of findings and of golden comments."""

    finding: int
    golden: int


def match(findings: Sequence[Finding], golden: Sequence[Golden]) -> list[FindingMatch]:
    """Each finding and each golden comment at most once, the best pairs first."""
    rated = [
        (closeness, -at, -wanted)
        for at, finding in enumerate(findings)
        for wanted, comment in enumerate(golden)
        if (closeness := _closeness(finding, comment)) > 0
    ]
    return take_each_once([FindingMatch(-at, -wanted) for _, at, wanted in sorted(rated, reverse=True)])


def take_each_once(pairs: Sequence[FindingMatch]) -> list[FindingMatch]:
    """The first pair of each finding whose golden comment is still free."""
    found, wanted, taken = set(), set(), []
    for pair in pairs:
        if pair.finding not in found and pair.golden not in wanted:
            found.add(pair.finding)
            wanted.add(pair.golden)
            taken.append(pair)
    return taken


def _closeness(finding: Finding, golden: Golden) -> float:
    """0: not the same. Of two at the right place, the one that says it in more of its words is closer."""
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


def words_alike(one: str, other: str) -> float:
    """The share of the words of the shorter text that the other has as well."""
    first, second = _words(one), _words(other)
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - _EMPTY
