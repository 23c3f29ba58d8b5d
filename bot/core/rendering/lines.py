"""Findings as comments on lines of the diff."""

from collections.abc import Iterable, Sequence

from bot.core.change import File
from bot.core.comment import Inline
from bot.core.diff import Anchors
from bot.core.markdown import clip, code, defuse, inline, shorten
from bot.core.markdown.code import suggestion
from bot.core.rendering.links import SHORT
from bot.core.rendering.markers import finding_marker, review_marker
from bot.core.rendering.words import number
from bot.core.review import Finding, Severity, Side, Source

_MAX_INLINE = 20_000
_MAX_TITLE = 200
_SOURCES = {Source.MODEL: "found by the model", Source.SIGNAL: "found by a rule that reads the diff"}


def choose_inline(
    findings: Iterable[Finding], files: Sequence[File], cap: int
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings to put on lines and the rest, each in the given order.

    On lines go at most `cap`, the most severe first, of those whose lines the diff shows; nits never.
    """
    findings = tuple(findings)
    named = {finding.path for finding in findings}
    anchors = {file.path: Anchors(file.patch) for file in files if file.path in named}
    fit = [at for at, finding in enumerate(findings) if _fits(finding, anchors.get(finding.path))]
    chosen = set(sorted(fit, key=lambda at: findings[at].severity.rank)[:cap])
    kept = tuple(finding for at, finding in enumerate(findings) if at in chosen)
    return kept, tuple(finding for at, finding in enumerate(findings) if at not in chosen)


def _fits(finding: Finding, anchors: Anchors | None) -> bool:
    if anchors is None or finding.severity is Severity.NIT:
        return False
    return anchors.admits(finding.line, finding.end, finding.side)


def render_inline(finding: Finding, key: str) -> Inline:
    """`finding` as a comment on its lines; `key` knows it again on a later push."""
    heading = f"**{finding.severity.capitalize()}: {title(finding)}**"
    footer = f"<sub>{_word(finding.category)}{_SOURCES[finding.source]}</sub>"
    offered = _offer(finding)
    room = _MAX_INLINE - len(offered)
    parts = (finding_marker(key) + "\n" + heading, shorten(defuse(finding.body), room), offered, footer)
    return Inline(
        path=finding.path,
        line=finding.line,
        end=finding.end,
        side=finding.side,
        body="\n\n".join(part for part in parts if part),
    )


def title(finding: Finding) -> str:
    """The title on one line, without bold marks of its own."""
    return inline(clip(finding.title, _MAX_TITLE).replace("**", "")) or "Untitled"


def _word(category: str) -> str:
    return f"{inline(category)}, " if category.strip() else ""


def _offer(finding: Finding) -> str:
    """The replacement to commit. GitHub takes one only for lines of the head."""
    if finding.replacement is None or finding.side is not Side.RIGHT:
        return ""
    return suggestion(finding.replacement)


def render_review_body(head: str, comments: int) -> str:
    """The text of the review that carries `comments` comments on lines of commit `head`."""
    verb = "is" if comments == 1 else "are"
    sentence = f"{number(comments, 'finding')} on {code(head[:SHORT])} {verb} on the lines below."
    return f"{review_marker(head)}\n{sentence} The whole review is in the summary comment.\n"
