"""Renders all findings in the summary comment: the severe ones visible, the others collapsed, then those that
are unsure, and the status of earlier ones.
"""

from collections.abc import Sequence

from bot.core.findings.tracking import TrackedFinding
from bot.core.markdown import clip, code, defuse, shorten
from bot.core.phrases import details, number
from bot.core.rendering import links
from bot.core.rendering.inline_comments import also, plain_title, title
from bot.core.rendering.report import Report
from bot.core.review import Finding, Severity

_OPEN = 10
_OPEN_FIXED = 3
_MAX_BODY = 2_000
_MAX_LISTED = 300
_MAX_UNSURE = 20
_SEVERE = frozenset({Severity.CRITICAL, Severity.MAJOR})


def findings(report: Report) -> str:
    """Findings with an inline comment by title and link, the others with their text."""
    parts = [_found(report), _unsure(report), _lasting(report), _fixed(report)]
    text = "\n\n".join(part for part in parts if part)
    return f"### Findings\n\n{text}" if text else ""


def _found(report: Report) -> str:
    """Findings with a comment and severe ones are visible, the others collapsed."""
    posted = set(report.posted)
    every = sorted(report.review.findings, key=lambda finding: finding.severity.rank)
    opened = [finding for finding in every if finding in posted or finding.severity in _SEVERE][:_OPEN]
    seen = set(map(id, opened))
    folded = [finding for finding in every if id(finding) not in seen]
    parts = [_items(report, opened)]
    if folded:
        words = number(len(folded), "more finding" if opened else "finding")
        parts.append(details(words, _items(report, folded)))
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
    text = "\n\n".join(part for part in (body, also(finding)) if part)
    return f"{line}\n\n{_indented(text)}\n" if text else line


def _indented(text: str) -> str:
    """`text` as part of a list item. Every line is indented: a line that is not would end a code block."""
    return "\n".join(f"  {line}".rstrip() for line in text.split("\n"))


def _unsure(report: Report) -> str:
    """Findings that verification could neither prove nor refute, by title, collapsed."""
    found = report.review.unsure
    if not found:
        return ""
    items = [f"- {links.place(report, finding)}: {title(finding)}" for finding in found[:_MAX_UNSURE]]
    more = len(found) - _MAX_UNSURE
    items += [f"- and {number(more, 'more')}"] if more > 0 else []
    words = f"{number(len(found), 'suspicion')} that could be neither proved nor refuted"
    return details(words, "\n".join(items))


def _lasting(report: Report) -> str:
    """Open findings of earlier reviews that this one does not repeat; their lines are unchanged."""
    if not report.lasting:
        return ""
    items = [_known(report, known, f"**{known.severity.capitalize()}** ") for known in report.lasting]
    return _folded(f"{len(items):,} still open from earlier reviews", items, _OPEN)


def _fixed(report: Report) -> str:
    if not report.fixed:
        return ""
    items = [_known(report, known, "") for known in report.fixed]
    return _folded(f"{len(items):,} fixed since the last review", items, _OPEN_FIXED)


def _known(report: Report, known: TrackedFinding, severity: str) -> str:
    place = code(known.path)
    address = links.thread(report, known.comment) if known.comment else ""
    return f"- {severity}{f'[{place}]({address})' if address else place}: {plain_title(known.title)}"


def _folded(words: str, items: Sequence[str], most: int) -> str:
    """A list below its heading, collapsed if it has more than `most` items."""
    shown = items[:_MAX_LISTED]
    more = len(items) - _MAX_LISTED
    body = "\n".join([*shown, *([f"\nand {number(more, 'more finding')}"] if more > 0 else [])])
    return f"{words}:\n\n{body}" if len(items) <= most else details(words, body)
