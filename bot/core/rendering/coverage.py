"""How much of a change was reviewed."""

from typing import NamedTuple

from bot.core.diff import nothing_to_read
from bot.core.rendering.report import Report
from bot.core.review import Coverage

_NO_REASON = "no reason was given"


class Count(NamedTuple):
    """Files reviewed of all files, and those that were missed though there was something to read."""

    reviewed: int
    total: int
    missed: int


def count(report: Report) -> Count:
    covered = {entry.path for entry in report.review.coverage if entry.reviewed}
    files = report.change.files
    left = [file for file in files if file.path not in covered]
    missed = sum(not nothing_to_read(file) for file in left)
    return Count(len(files) - len(left), len(files), missed)


def complete(report: Report) -> bool:
    """Whether a model reviewed every file that can be reviewed, and at least one."""
    reviewed, _, missed = count(report)
    return report.model is not None and reviewed > 0 and missed == 0 and not report.review.problems


def unreviewed(report: Report) -> dict[str, list[str]]:
    """Paths of the files that were not reviewed, by reason; also those that the review forgot."""
    known = {entry.path: entry for entry in report.review.coverage}
    groups: dict[str, list[str]] = {}
    for file in report.change.files:
        entry = known.get(file.path) or Coverage(path=file.path, reviewed=False, reason=file.absent)
        if not entry.reviewed:
            groups.setdefault(entry.reason or file.absent or _NO_REASON, []).append(file.path)
    return groups
