"""Renders the summary comment: the full review within GitHub's length limit."""

from typing import NamedTuple

from bot.core.channels import Channel
from bot.core.comments.comment import MarkedText
from bot.core.config import render_problems
from bot.core.markdown import MAX_COMMENT, shorten
from bot.core.rendering import sections, walkthrough
from bot.core.rendering.channel_notes import notes
from bot.core.rendering.findings import findings
from bot.core.rendering.footer import footer
from bot.core.rendering.links import commit
from bot.core.rendering.markers import partial_marker, summary_marker
from bot.core.rendering.report import Report
from bot.core.rendering.reports import reported
from bot.core.rendering.verdict import verdict


class _Part(NamedTuple):
    """A section with its weight: sections of low weight are shortened first, down to `floor` characters."""

    text: str
    weight: int
    floor: int = 0


def render_summary(report: Report) -> str:
    """The body of the summary comment, which begins with its marker."""
    return _render(report, summary_marker(), "Review")


def render_partial(report: Report, comment: int) -> MarkedText:
    """The review of some files, requested by comment number `comment`."""
    marker = partial_marker(comment)
    return MarkedText(marker, _render(report, marker, "Partial review"))


def render_whole(report: Report) -> str:
    """The full review without a marker, for use without a summary comment."""
    return _render(report, "", "Review")


def _render(report: Report, marker: str, name: str) -> str:
    parts = (
        _Part(_heading(report, marker, name), 12, 1_000),
        _Part(verdict(report), 12, 1_000),
        _Part(notes(report.shut, but=(Channel.COMMENT,)), 11, 2_000),
        _Part(render_problems(report.problems), 8, 3_000),
        _Part(sections.purpose(report), 10, 2_000),
        _Part(sections.risks(report), 9, 4_000),
        _Part(findings(report), 8, 16_000),
        _Part(reported(report), 5, 300),
        _Part(walkthrough.changes(report), 4, 4_000),
        _Part(sections.tests(report), 7, 1_000),
        _Part(walkthrough.diagram(report), 7, 5_000),
        _Part(walkthrough.notes(report), 2, 500),
        _Part(sections.commits(report), 3, 500),
        _Part(sections.order(report), 1, 500),
        _Part(sections.missing(report), 6, 10_000),
        _Part(sections.problems(report), 5, 4_000),
        _Part(footer(report), 12, 2_000),
    )
    return "\n\n".join(text for text in _fit(parts, MAX_COMMENT) if text) + "\n"


def _heading(report: Report, marker: str, name: str) -> str:
    of = f" of {commit(report.change.head, report.url)}" if report.change.head else ""
    return f"{marker}\n## {name}{of}".lstrip()


def _fit(parts: tuple[_Part, ...], limit: int) -> list[str]:
    """The texts of `parts`, shortened until they fit with a blank line between them."""
    texts = [part.text for part in parts]
    for at in sorted(range(len(parts)), key=lambda at: parts[at].weight):
        excess = sum(len(text) + 2 for text in texts) - limit
        if excess <= 0:
            break
        texts[at] = shorten(texts[at], max(len(texts[at]) - excess, parts[at].floor))
    return texts
