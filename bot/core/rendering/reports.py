"""Renders what other tools have reported on the change, which the review does not repeat."""

from collections import Counter

from bot.core.change import ToolReport
from bot.core.markdown import inline
from bot.core.phrases import details, number
from bot.core.rendering import links
from bot.core.rendering.report import Report

_NAMED_TOOLS = 10
_LISTED = 50


def reported(report: Report) -> str:
    """One line that counts the reports by tool, and their places, collapsed; empty without any."""
    reports = report.change.reports
    if not reports:
        return ""
    counts = Counter(known.tool for known in reports).most_common()
    named = [f"{count:,} by {inline(tool)}" for tool, count in counts[:_NAMED_TOOLS]]
    others = sum(count for _, count in counts[_NAMED_TOOLS:])
    words = ", ".join([*named, *([f"{others:,} by others"] if others else [])])
    items = [_item(report, known) for known in reports[:_LISTED]]
    more = len(reports) - _LISTED
    rest = f"\n\nand {number(more, 'more report')}" if more > 0 else ""
    places = details(number(len(reports), "report"), "\n".join(items) + rest)
    return f"Already reported by other tools and not repeated here: {words}.\n\n{places}"


def _item(report: Report, known: ToolReport) -> str:
    name = inline(f"{known.tool} {known.rule}".strip())
    text = f": {inline(known.text)}" if known.text else ""
    return f"- {links.reported_place(report, known)} {name}{text}"
