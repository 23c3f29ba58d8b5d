"""Which findings become comments, and where: few, ranked, and only where GitHub takes them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import Anchors
from bot.core.review import Finding, Severity

_GRAVE = frozenset({Severity.CRITICAL, Severity.MAJOR})


class PlacementKind(StrEnum):
    LINES = "lines"
    FILE = "file"
    SUMMARY = "summary"


class Placement(NamedTuple):
    """What becomes of one finding."""

    finding: Finding
    where: PlacementKind


def place(findings: Iterable[Finding], files: Sequence[File], cap: int) -> tuple[Placement, ...]:
    """Where each finding goes, in the given order.

    Comments are at most `cap`, the most severe first; nits never. What is not on lines of one hunk goes on
    its file when it is grave, else it is for the summary alone.
    """
    findings = tuple(findings)
    named = {finding.path for finding in findings}
    anchors = {file.path: Anchors(file.patch) for file in files if file.path in named}
    where = [_where(finding, anchors.get(finding.path)) for finding in findings]
    fit = [at for at, one in enumerate(where) if one is not PlacementKind.SUMMARY]
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
    return PlacementKind.FILE if finding.severity in _GRAVE else PlacementKind.SUMMARY
