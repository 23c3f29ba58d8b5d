"""How much of a change was reviewed."""

from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import nothing_to_read
from bot.core.rendering.phrases import number
from bot.core.rendering.report import Report
from bot.core.review import Coverage

_NO_REASON = "no reason was given"


class Count(NamedTuple):
    """Files reviewed of those in which there is something to read; `later`: those that only the budget left
    out. `bare` files have nothing to read.
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
    """Whether only a part of the file's diff was there to be reviewed."""
    return file.patch is not None and file.absent is not None


def complete(report: Report) -> bool:
    """Whether a model reviewed every file that can be reviewed, and at least one."""
    counted = count(report)
    read_all = counted.reviewed > 0 and counted.missed == 0
    return report.model is not None and read_all and not report.review.problems


def unreviewed(report: Report) -> dict[str, list[str]]:
    """Paths of the files that were not reviewed, by reason; also those that the review forgot. For those
    without a path there is `unlisted`.
    """
    known = {entry.path: entry for entry in report.review.coverage}
    groups: dict[str, list[str]] = {}
    for file in report.change.files:
        entry = known.get(file.path) or Coverage(path=file.path, reviewed=False, reason=file.absent)
        if entry.reviewed and _is_cut(file):
            groups.setdefault(f"reviewed in part: {file.absent}", []).append(file.path)
        elif not entry.reviewed:
            groups.setdefault(entry.reason or file.absent or _NO_REASON, []).append(file.path)
    return groups


def unlisted(report: Report) -> str:
    """The files of which only their number is known; empty where there are none."""
    how_many = report.change.unlisted_files
    return f"{number(how_many, 'further file')} that GitHub did not list" if how_many else ""
