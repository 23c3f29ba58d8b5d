"""The summary comment: the whole review on one page, of a length that GitHub takes."""

from typing import NamedTuple

from bot.core.markdown import MAX_COMMENT, shorten
from bot.core.rendering import sections
from bot.core.rendering.findings import findings
from bot.core.rendering.links import commit
from bot.core.rendering.markers import summary_marker
from bot.core.rendering.report import Report


class _Part(NamedTuple):
    """A section with its weight: the lightest is shortened first, never below `floor` characters."""

    text: str
    weight: int
    floor: int = 0


def render_summary(report: Report) -> str:
    """The body of the summary comment; its marker stands first."""
    parts = (
        _Part(_heading(report), 10, 1_000),
        _Part(sections.verdict(report), 10, 1_000),
        _Part(sections.purpose(report), 9, 2_000),
        _Part(sections.risks(report), 8, 4_000),
        _Part(sections.majors(report), 6, 2_000),
        _Part(findings(report), 7, 16_000),
        _Part(sections.commits(report), 3, 500),
        _Part(sections.files(report), 2, 500),
        _Part(sections.areas(report), 1, 500),
        _Part(sections.missing(report), 5, 10_000),
        _Part(sections.problems(report), 4, 4_000),
        _Part(sections.footer(report), 10, 2_000),
    )
    return "\n\n".join(text for text in _fit(parts, MAX_COMMENT) if text) + "\n"


def _heading(report: Report) -> str:
    of = f" of {commit(report.change.head, report.url)}" if report.change.head else ""
    return f"{summary_marker()}\n## Review{of}"


def _fit(parts: tuple[_Part, ...], limit: int) -> list[str]:
    """The texts of `parts`, shortened until they fit with a blank line between them."""
    texts = [part.text for part in parts]
    for at in sorted(range(len(parts)), key=lambda at: parts[at].weight):
        excess = sum(len(text) + 2 for text in texts) - limit
        if excess <= 0:
            break
        texts[at] = shorten(texts[at], max(len(texts[at]) - excess, parts[at].floor))
    return texts
