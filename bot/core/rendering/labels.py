"""Chooses the labels that a review sets on its pull request."""

from bot.core.config.values import Labels
from bot.core.rendering.report import Report
from bot.core.review import Severity

_EFFORTS = range(1, 6)


def choose_labels(report: Report, labels: Labels) -> tuple[frozenset[str], frozenset[str]]:
    """The labels to set and the labels to remove (other efforts, a critical label without a reason)."""
    wanted, unwanted = set[str](), set[str]()
    if labels.effort:
        wanted.add(_effort(labels.effort, report.review.effort))
        unwanted |= {_effort(labels.effort, effort) for effort in _EFFORTS}
    if labels.critical:
        (wanted if is_critical(report) else unwanted).add(labels.critical)
    return frozenset(wanted), frozenset(unwanted - wanted)


def is_critical(report: Report) -> bool:
    """Whether a critical finding is open, including one from an earlier review."""
    severities = (
        *(finding.severity.value for finding in report.review.findings),
        *(known.severity for known in report.lasting),
    )
    return Severity.CRITICAL.value in severities


def _effort(pattern: str, effort: int) -> str:
    return pattern.replace("{effort}", str(effort))
