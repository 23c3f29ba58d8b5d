"""Findings as comments on lines of the diff or on files, and the replies in their threads."""

import re
from collections.abc import Collection
from typing import NamedTuple

from bot.core.change import File
from bot.core.comments.comment import InlineComment
from bot.core.diff import Anchors
from bot.core.findings.threads import Thread
from bot.core.findings.visible_lines import VisibleLines
from bot.core.markdown import clean, clip, code, defuse, inline, shorten
from bot.core.markdown.code import suggestion
from bot.core.rendering.links import SHORT, commit, spot
from bot.core.rendering.markers import (
    back_marker,
    blocking_marker,
    finding_marker,
    fixed_marker,
    review_marker,
    whole_marker,
)
from bot.core.rendering.phrases import number
from bot.core.review import Finding, FindingSource, Severity, Side

_MAX_INLINE = 20_000
_MAX_TITLE = 200
_ALSO = 20
_SOURCES = {
    FindingSource.MODEL: "found by the model",
    FindingSource.SIGNAL: "found by a rule that reads the diff",
}
_HEADING = re.compile(
    rf"^\*\*({'|'.join(severity.capitalize() for severity in Severity)}): (.*)\*\*$", re.MULTILINE
)
_FOOTER = re.compile(r"^<sub>(?:(.*), )?found by [a-z ]+</sub>$", re.MULTILINE)


def render_inline(finding: Finding, key: str, file: File | None, *, whole: bool = False) -> InlineComment:
    """`finding` as a comment on its lines, or on the `whole` file; `key` knows it again on a later push.

    `file` is the one that it is about, for what stands on the lines now.
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
    """The title on one line, without bold marks of its own."""
    return plain_title(finding.title)


def plain_title(text: str) -> str:
    return inline(clip(text, _MAX_TITLE).replace("**", "")) or "Untitled"


def _word(category: str) -> str:
    return f"{inline(category)}, " if category.strip() else ""


def _whereabouts(finding: Finding) -> str:
    """The lines, which a comment on a whole file does not have."""
    side = " before the change" if finding.side is Side.LEFT else ""
    together = " together" if finding.end > finding.line else ""
    return f"{whole_marker()}\nOn {spot(finding)}{side}, which the diff does not show{together}."


def also(finding: Finding) -> str:
    """Where the same was found besides."""
    if not finding.also:
        return ""
    names = ", ".join(spot(one) for one in finding.also[:_ALSO])
    more = len(finding.also) - _ALSO
    return f"The same at {names}" + (f" and {number(more, 'more place')}." if more > 0 else ".")


def _offer(finding: Finding, file: File | None) -> str:
    """The replacement to commit: of lines of the head alone, where all of them are shown in one hunk, and as
    long as it can be shown without a change.
    """
    new = finding.replacement
    if new is None or finding.side is not Side.RIGHT or file is None or clean(new) != new:
        return ""
    old = VisibleLines(file).block(Side.RIGHT, finding.line, finding.end)
    if old is None or not Anchors(file.patch).admits(finding.line, finding.end, Side.RIGHT):
        return ""
    return "" if new.removesuffix("\n") == old.replace("\r", "") else suggestion(new)


def render_review_body(head: str, keys: Collection[str], *, blocking: bool = False) -> str:
    """The text of the review that carries the comments `keys` on lines of commit `head`."""
    markers = [review_marker(head, keys)] if keys else []
    sentences = []
    if keys:
        verb = "is" if len(keys) == 1 else "are"
        sentences.append(f"{number(len(keys), 'finding')} on {code(head[:SHORT])} {verb} on the lines below.")
    if blocking:
        markers.append(blocking_marker(head))
        sentences.append("Changes are requested as long as a critical finding is open.")
    sentences.append("The whole review is in the summary comment.")
    return "\n".join([*markers, " ".join(sentences), ""])


def render_fixed(key: str, head: str, url: str) -> str:
    """The reply which says that commit `head` has fixed the finding."""
    return f"{fixed_marker(key, head)}\nFixed in {commit(head, url)}.\n"


def render_back(key: str, head: str, url: str) -> str:
    """The reply which says that commit `head` has the finding again."""
    return f"{back_marker(key, head)}\nBack in {commit(head, url)}.\n"


class CommentedFinding(NamedTuple):
    """What a comment on lines says of its finding."""

    severity: str
    category: str
    title: str


def read_remark(thread: Thread) -> CommentedFinding:
    """Reads what `render_inline` has written, for findings that nothing else tells of."""
    heading, footer = _HEADING.search(thread.body), _FOOTER.search(thread.body)
    severity = heading[1].lower() if heading else Severity.MINOR.value
    category = (footer[1] or "") if footer else ""
    return CommentedFinding(severity, category, heading[2] if heading else "Untitled")
