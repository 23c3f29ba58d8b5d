"""The findings in the summary comment: every one is there, the less severe folded away."""

from collections.abc import Sequence

from bot.core.markdown import clip, defuse, shorten
from bot.core.rendering import links
from bot.core.rendering.lines import title
from bot.core.rendering.report import Report
from bot.core.rendering.words import details, number
from bot.core.review import Finding, Severity

_OPEN = 10
_MAX_BODY = 2_000
_MAX_LISTED = 300


def findings(report: Report) -> str:
    """Those with a comment on their lines by title and link, the others with their text."""
    every = sorted(report.review.findings, key=lambda finding: finding.severity.rank)
    if not every:
        return ""
    opened = [finding for finding in every if finding.severity is not Severity.NIT][:_OPEN]
    folded = every[len(opened) :]
    parts = ["### Findings", _items(report, opened)]
    if folded:
        parts.append(
            details(number(len(folded), "more finding" if opened else "finding"), _items(report, folded))
        )
    return "\n\n".join(part for part in parts if part)


def _items(report: Report, found: Sequence[Finding]) -> str:
    posted = set(report.posted)
    items = [_item(report, finding, posted=finding in posted) for finding in found[:_MAX_LISTED]]
    more = len(found) - _MAX_LISTED
    rest = f"\n\nand {number(more, 'more finding')}" if more > 0 else ""
    return "\n".join(items).rstrip() + rest


def _item(report: Report, finding: Finding, *, posted: bool) -> str:
    line = f"- **{finding.severity.capitalize()}** {links.place(report, finding)}: {title(finding)}"
    if posted:
        return line
    body = shorten(defuse(clip(finding.body, _MAX_BODY)), 2 * _MAX_BODY)
    return f"{line}\n\n{_indented(body)}\n" if body else line


def _indented(text: str) -> str:
    """`text` as part of a list item: every line of it, or code that it holds would end."""
    return "\n".join(f"  {line}".rstrip() for line in text.split("\n"))
