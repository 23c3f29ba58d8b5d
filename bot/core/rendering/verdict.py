"""Renders the outcome of a review in one line, for the top of the summary comment and the check."""

from bot.core.markdown import inline
from bot.core.phrases import by_severity, number
from bot.core.rendering.coverage import count, unlisted
from bot.core.rendering.report import Report
from bot.core.rendering.unqualified import render_unqualified
from bot.core.review import Severity


def severities(report: Report) -> list[Severity]:
    """The severities of all open findings, including those of earlier reviews."""
    found = [finding.severity for finding in report.review.findings]
    return found + [Severity(known.severity) for known in report.lasting]


def verdict(report: Report) -> str:
    """The outcome in one line, and further paragraphs for limitations."""
    parts = [_findings(report), *_tracked(report), _coverage(report), f"effort {report.review.effort} of 5"]
    lines = [" · ".join(parts)]
    if report.model is None:
        lines.append(_no_model(report))
    if rest := unlisted(report):
        lines.append(f"Not reviewed: {rest}.")
    if later := count(report).later:
        lines.append(f"{number(later, 'file')} deferred: {inline(_why_deferred(report))}.")
    return "\n\n".join(lines)


def _no_model(report: Report) -> str:
    rules = "this review contains only findings of built-in rules."
    if report.unqualified:
        return f"No model was used, because {render_unqualified(report.unqualified)}: {rules}"
    return f"No model is configured: {rules}"


def _why_deferred(report: Report) -> str:
    """The reason that the review function gave, without the prefix for partly reviewed files."""
    entries = (entry for entry in report.review.coverage if entry.later and not entry.reviewed)
    reason = next(entries).reason or "the token budget is exhausted"
    return reason.removeprefix("only a part of it was reviewed: ")


def _findings(report: Report) -> str:
    every = severities(report)
    if not every:
        return "**No findings**"
    return f"**{number(len(every), 'finding')}** ({by_severity(every)})"


def _tracked(report: Report) -> list[str]:
    counts = (
        (len(report.posted), "posted inline"),
        (len(report.fixed), "fixed since the last review"),
        (report.silent, "dismissed earlier"),
    )
    return [f"{count:,} {words}" for count, words in counts if count]


def _coverage(report: Report) -> str:
    counted = count(report)
    verb = "reviewed" if report.model else "checked by rules"
    if not counted.total:
        return f"no text to review in {number(counted.bare, 'file')}" if counted.bare else "no files changed"
    return f"{counted.reviewed:,} of {number(counted.total, 'file')} {verb}"
