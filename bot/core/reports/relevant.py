"""Limits reports of other tools to those that concern the reviewed lines."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from bot.core.change import Change, File, ToolReport
from bot.core.findings.visible_lines import VisibleLines
from bot.core.markdown import clip
from bot.core.review import Side

MAX_REPORTS = 300
_MAX_TEXT = 500
_MAX_NAME = 100


def report_text(text: str) -> str:
    """A tool's text on one line, truncated."""
    return clip(" ".join(text.split()), _MAX_TEXT)


def tool_name(name: str) -> str:
    """The name of a tool or of its rule on one line, truncated."""
    return clip(" ".join(name.split()), _MAX_NAME)


def on_shown_lines(change: Change, reports: Iterable[ToolReport]) -> tuple[ToolReport, ...]:
    """The reports on lines at the head that the diff of a reviewed file shows: without duplicates, by place,
    and of too many the most severe.
    """
    files = {file.path: file for file in change.files if file.skip is None}
    shown: dict[str, Sequence[int]] = {}
    kept: dict[tuple[object, ...], ToolReport] = {}
    for report in reports:
        if report.path in files and _is_shown(report, files, shown):
            kept.setdefault(_identity(report), report)
    most_severe = sorted(kept.values(), key=lambda report: report.severity.rank)[:MAX_REPORTS]
    return tuple(sorted(most_severe, key=_place))


def with_reports(change: Change, reports: Iterable[ToolReport]) -> Change:
    """The change with those of the reports that concern it, beside those that it has."""
    kept = on_shown_lines(change, (*change.reports, *reports))
    return change.model_copy(update={"reports": kept})


def _is_shown(report: ToolReport, files: Mapping[str, File], shown: dict[str, Sequence[int]]) -> bool:
    if report.path not in shown:
        shown[report.path] = VisibleLines(files[report.path]).numbers(Side.RIGHT)
    numbers = shown[report.path]
    first = bisect_left(numbers, report.line)
    return first < len(numbers) and numbers[first] <= report.end


def _identity(report: ToolReport) -> tuple[object, ...]:
    """Two sources may carry the same report: an alert is an annotation of a check as well."""
    return report.tool.casefold(), report.path, report.line, report.text.casefold()


def _place(report: ToolReport) -> tuple[str, int, int, str, str, int, str]:
    return report.path, report.line, report.end, report.tool, report.rule, report.severity.rank, report.text
