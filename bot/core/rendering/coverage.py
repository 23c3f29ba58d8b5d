"""Computes how much of a change was reviewed."""

from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import nothing_to_read
from bot.core.phrases import number
from bot.core.rendering.report import Report
from bot.core.review import Coverage

_NO_REASON = "no reason given"


class Count(NamedTuple):
    """`reviewed` of `total` files with reviewable text; `later` counts those that the budget deferred, `bare`
    the files without text to review.
    """

    reviewed: int
    total: int
    later: int
    bare: int

    @property
    def missed(self) -> int:
        return self.total - self.reviewed


def count(report: Report) -> Count:
    covered = {entry.path for entry in report.review.coverage if entry.reviewed}
    files = report.change.files
    readable = [file for file in files if not nothing_to_read(file)]
    reviewed = sum(file.path in covered and not _is_cut(file) for file in readable)
    later = sum(entry.later and not entry.reviewed for entry in report.review.coverage)
    total = len(readable) + report.change.unlisted_files
    return Count(reviewed, total, later, len(files) - len(readable))


def _is_cut(file: File) -> bool:
    """Whether only part of the file's diff was available."""
    return file.patch is not None and file.absent is not None


def complete(report: Report) -> bool:
    """Whether a model reviewed every reviewable file, and at least one."""
    counted = count(report)
    read_all = counted.reviewed > 0 and counted.missed == 0
    return report.model is not None and read_all and not report.review.problems


def unreviewed(report: Report) -> dict[str, list[str]]:
    """Paths of the files that were not reviewed, by reason, including files that the review omitted. Files
    that GitHub did not list have no path; `unlisted` counts them.
    """
    known = {entry.path: entry for entry in report.review.coverage}
    groups: dict[str, list[str]] = {}
    for file in report.change.files:
        entry = known.get(file.path) or Coverage(path=file.path, reviewed=False, reason=file.absent)
        if entry.reviewed and _is_cut(file):
            groups.setdefault(f"partially reviewed: {file.absent}", []).append(file.path)
        elif not entry.reviewed:
            groups.setdefault(entry.reason or file.absent or _NO_REASON, []).append(file.path)
    return groups


def unlisted(report: Report) -> str:
    """The number of files that GitHub did not list, as text; empty if there are none."""
    count = report.change.unlisted_files
    return f"{number(count, 'more file')} that GitHub did not list" if count else ""
