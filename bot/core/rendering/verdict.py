"""How a review ended, in a line: what the summary comment and the check begin with."""

from bot.core.markdown import inline
from bot.core.rendering.coverage import count, unlisted
from bot.core.rendering.phrases import by_severity, number
from bot.core.rendering.report import Report
from bot.core.review import Severity


def severities(report: Report) -> list[Severity]:
    """Those of all open findings, also of those that this review says nothing of."""
    found = [finding.severity for finding in report.review.findings]
    return found + [Severity(known.severity) for known in report.lasting]


def verdict(report: Report) -> str:
    """One line that says how it stands; further ones where that is not all."""
    parts = [_findings(report), *_tracked(report), _coverage(report), f"effort {report.review.effort} of 5"]
    lines = [" · ".join(parts)]
    if report.model is None:
        lines.append("No model is configured: this review is made from signals found in the diff.")
    if rest := unlisted(report):
        lines.append(f"Not reviewed: {rest}.")
    if later := count(report).later:
        lines.append(f"{number(later, 'file')} left for later: {inline(_why_later(report))}.")
    return "\n\n".join(lines)


def _why_later(report: Report) -> str:
    """The budget's own words: they say what can be done about it."""
    entries = (entry for entry in report.review.coverage if entry.later and not entry.reviewed)
    reason = next(entries).reason or "the budget of tokens is used up"
    return reason.removeprefix("only a part of it was reviewed: ")


def _findings(report: Report) -> str:
    every = severities(report)
    if not every:
        return "**No findings**"
    return f"**{number(len(every), 'finding')}** ({by_severity(every)})"


def _tracked(report: Report) -> list[str]:
    counts = (
        (len(report.posted), "on lines"),
        (len(report.fixed), "fixed since the last review"),
        (report.silent, "dismissed earlier"),
    )
    return [f"{count:,} {words}" for count, words in counts if count]


def _coverage(report: Report) -> str:
    counted = count(report)
    verb = "reviewed" if report.model else "checked for signals"
    if not counted.total:
        return f"nothing to read in {number(counted.bare, 'file')}" if counted.bare else "no file is changed"
    return f"{counted.reviewed:,} of {number(counted.total, 'file')} {verb}"
