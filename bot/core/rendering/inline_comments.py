"""Renders findings as inline comments on lines or files, and the bot's replies in their threads."""

import re
from collections.abc import Collection
from typing import NamedTuple

from bot.core.change import File
from bot.core.comments.comment import InlineComment, MarkedText
from bot.core.diff import Anchors
from bot.core.findings.threads import Thread
from bot.core.findings.visible_lines import VisibleLines
from bot.core.markdown import clean, clip, code, defuse, inline, shorten
from bot.core.markdown.code import suggestion
from bot.core.phrases import number
from bot.core.rendering.links import SHORT, commit, spot
from bot.core.rendering.markers import (
    back_marker,
    blocking_marker,
    finding_marker,
    fixed_marker,
    review_marker,
    whole_marker,
)
from bot.core.review import Finding, FindingSource, Severity, Side

_MAX_INLINE = 20_000
_MAX_TITLE = 200
_ALSO = 20
_SOURCES = {
    FindingSource.MODEL: "found by the model",
    FindingSource.SIGNAL: "found by a static rule",
}
_HEADING = re.compile(
    rf"^\*\*({'|'.join(severity.capitalize() for severity in Severity)}): (.*)\*\*$", re.MULTILINE
)
_FOOTER = re.compile(r"^<sub>(?:(.*), )?found by [a-z ]+</sub>$", re.MULTILINE)


def render_inline(finding: Finding, key: str, file: File | None, *, whole: bool = False) -> InlineComment:
    """`finding` as a comment on its lines, or on the `whole` file; `key` identifies it on later pushes.

    `file` supplies the current text of the lines for a suggestion.
    """
    heading = f"{finding_marker(key)}\n**{finding.severity.capitalize()}: {title(finding)}**"
    footer = f"<sub>{_word(finding.category)}{_SOURCES[finding.source]}</sub>"
    offered = "" if whole else _offer(finding, file)
    ends = (also(finding), footer)
    body = shorten(defuse(finding.body), _MAX_INLINE - len(offered))
    parts = (heading, _whereabouts(finding) if whole else "", body, offered, *ends)
    return InlineComment(
        path=finding.path,
        line=finding.line,
        end=max(finding.line, finding.end),
        side=finding.side,
        body="\n\n".join(part for part in parts if part),
        whole=whole,
    )


def title(finding: Finding) -> str:
    """The title on one line, without bold marks."""
    return plain_title(finding.title)


def plain_title(text: str) -> str:
    return inline(clip(text, _MAX_TITLE).replace("**", "")) or "Untitled"


def _word(category: str) -> str:
    return f"{inline(category)}, " if category.strip() else ""


def _whereabouts(finding: Finding) -> str:
    """The lines of the finding, for a comment on a whole file."""
    side = " before the change" if finding.side is Side.LEFT else ""
    lines = "all of these lines in one hunk" if finding.end > finding.line else "this line"
    return f"{whole_marker()}\nOn {spot(finding)}{side}. The diff does not show {lines}."


def also(finding: Finding) -> str:
    """The other places of the same finding."""
    if not finding.also:
        return ""
    names = ", ".join(map(spot, finding.also[:_ALSO]))
    more = len(finding.also) - _ALSO
    return f"Also at {names}" + (f" and {number(more, 'more place')}." if more > 0 else ".")


def _offer(finding: Finding, file: File | None) -> str:
    """The replacement as a suggestion to commit. GitHub accepts it only for lines of the head in one hunk; a
    replacement that sanitizing would alter is not offered.
    """
    new = finding.replacement
    if new is None or finding.side is not Side.RIGHT or file is None or clean(new) != new:
        return ""
    old = VisibleLines(file).block(Side.RIGHT, finding.line, finding.end)
    if old is None or not Anchors(file.patch).admits(finding.line, finding.end, Side.RIGHT):
        return ""
    return "" if new.removesuffix("\n") == old.replace("\r", "") else suggestion(new)


def render_review_body(head: str, keys: Collection[str], *, blocking: bool = False) -> MarkedText:
    """The text of the review that has the inline comments `keys` on `head`; without keys it is `blocking`."""
    markers = [review_marker(head, keys)] if keys else []
    sentences = []
    if keys:
        sentences.append(f"{number(len(keys), 'inline finding')} on {code(head[:SHORT])}.")
    if blocking:
        markers.append(blocking_marker(head))
        sentences.append("Changes are requested while a critical finding is open.")
    sentences.append("The full review is in the summary comment.")
    return MarkedText(markers[0], "\n".join([*markers, " ".join(sentences), ""]))


def render_fixed(key: str, head: str, url: str) -> MarkedText:
    """The reply that marks the finding as fixed in commit `head`."""
    marker = fixed_marker(key, head)
    return MarkedText(marker, f"{marker}\nFixed in {commit(head, url)}.\n")


def render_reintroduced(key: str, head: str, url: str) -> MarkedText:
    """The reply that marks the finding as reintroduced in commit `head`."""
    marker = back_marker(key, head)
    return MarkedText(marker, f"{marker}\nReintroduced in {commit(head, url)}.\n")


class CommentedFinding(NamedTuple):
    """The fields of a finding that its inline comment shows."""

    severity: str
    category: str
    title: str


def read_comment(thread: Thread) -> CommentedFinding:
    """Parses a comment of `render_inline`, for findings that are missing from the database."""
    heading, footer = _HEADING.search(thread.body), _FOOTER.search(thread.body)
    severity = heading[1].lower() if heading else Severity.MINOR.value
    category = (footer[1] or "") if footer else ""
    return CommentedFinding(severity, category, heading[2] if heading else "Untitled")
