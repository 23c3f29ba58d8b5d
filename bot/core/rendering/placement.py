"""Decides which findings become inline comments: few, ranked, and only on lines that GitHub accepts."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import Anchors
from bot.core.review import Finding, Severity

_SEVERE = frozenset({Severity.CRITICAL, Severity.MAJOR})


class PlacementKind(StrEnum):
    LINES = "lines"
    FILE = "file"
    SUMMARY = "summary"


class Placement(NamedTuple):
    """A finding and where it is posted."""

    finding: Finding
    where: PlacementKind


def place(findings: Iterable[Finding], files: Sequence[File], cap: int) -> tuple[Placement, ...]:
    """Where each finding is posted, in the given order.

    At most `cap` findings become comments, the most severe first; nits never do. A finding outside the lines
    of one hunk goes on its file if it is critical or major, otherwise into the summary only.
    """
    findings = tuple(findings)
    named = {finding.path for finding in findings}
    anchors = {file.path: Anchors(file.patch) for file in files if file.path in named}
    where = [_where(finding, anchors.get(finding.path)) for finding in findings]
    fit = [at for at, kind in enumerate(where) if kind is not PlacementKind.SUMMARY]
    chosen = set(sorted(fit, key=lambda at: findings[at].severity.rank)[:cap])
    return tuple(
        Placement(finding, where[at] if at in chosen else PlacementKind.SUMMARY)
        for at, finding in enumerate(findings)
    )


def _where(finding: Finding, anchors: Anchors | None) -> PlacementKind:
    if anchors is None or finding.severity is Severity.NIT:
        return PlacementKind.SUMMARY
    if anchors.admits(finding.line, finding.end, finding.side):
        return PlacementKind.LINES
    return PlacementKind.FILE if finding.severity in _SEVERE else PlacementKind.SUMMARY
