"""Renders what a repository's maintainers decided: the lists of `/learned`, and what `/forget` took back."""

from collections.abc import Sequence

from bot.core.comments.comment import OWN_MARKER, MarkedText
from bot.core.findings.learnings import EntryKind, Forgotten, MemoryEntry
from bot.core.markdown import MAX_COMMENT, cell, clip, code, shorten
from bot.core.rendering.replies import answer_marker, cell_of

_MOST_ROWS = 50  # of learnings, and of dismissals
_MOST_TEXT = 300  # characters of a reply
_MOST_TITLE = 120
_MOST_PATH = 200
_HOW = {"command": "`/dismiss`", "reaction": "👎", "resolved": "thread resolved"}
_NOTHING = (
    "The bot has learned nothing in this repository yet, and no finding is dismissed. Reply to a finding "
    "with the reason why it is intended, as in “intended, because …”, or with `/dismiss` and a reason."
)


def learned_marker() -> str:
    return f"{OWN_MARKER}learned -->"


def render_learned(entries: Sequence[MemoryEntry]) -> MarkedText:
    """The learnings and dismissals of a repository, in the order of `entries`."""
    learned = [entry for entry in entries if entry.kind is EntryKind.LEARNING]
    dismissed = [entry for entry in entries if entry.kind is EntryKind.DISMISSAL]
    parts = [
        _table("Learned from replies", ("Reply", "Finding"), learned),
        _table("Dismissed findings", ("Finding", "How"), dismissed),
        "`/forget ID…` takes entries back.",
    ]
    text = "\n\n".join(part for part in parts if part) if entries else _NOTHING
    marker = learned_marker()
    return MarkedText(marker, f"{marker}\n{shorten(text, MAX_COMMENT - len(marker) - 2)}\n")


def render_forgotten(comment: int, actor: str, result: Forgotten) -> MarkedText:
    """Confirms what was taken back on request of comment number `comment`."""
    unknown = f" {_unknown(result.unknown)}" if result.unknown else ""
    text = (
        f"{code(actor)}, forgotten: {_ids(result.forgotten)}. Later reviews do not consider this, and "
        f"dismissed findings can be reported again.{unknown}"
    )
    marker = answer_marker(comment)
    return MarkedText(marker, f"{marker}\n{text}\n")


def render_unknown_entries(ids: Sequence[str]) -> str:
    """The hint that follows the name of who asked."""
    return f"nothing was forgotten. {_unknown(ids)}"


def _unknown(ids: Sequence[str]) -> str:
    verb = "is not an ID" if len(ids) == 1 else "are not IDs"
    return f"{_ids(ids)} {verb} of this repository; `/learned` lists them."


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(code(one) for one in ids)


def _table(heading: str, columns: tuple[str, str], entries: Sequence[MemoryEntry]) -> str:
    if not entries:
        return ""
    rows = [f"**{heading}**", "", f"| ID | {columns[0]} | {columns[1]} | By | File | Date |"]
    rows.append("|---|---|---|---|---|---|")
    rows += [_row(entry) for entry in entries[:_MOST_ROWS]]
    if len(entries) > _MOST_ROWS:
        rows += ["", f"… and {len(entries) - _MOST_ROWS:,} more."]
    return "\n".join(rows)


def _row(entry: MemoryEntry) -> str:
    finding = cell(clip(entry.finding.replace("**", ""), _MOST_TITLE))
    is_learning = entry.kind is EntryKind.LEARNING
    first, second = (
        (cell(clip(entry.text, _MOST_TEXT)), finding) if is_learning else (finding, _HOW.get(entry.how, ""))
    )
    path = cell_of(clip(entry.path, _MOST_PATH))
    parts = (code(entry.id), first, second, cell_of(entry.author), path, f"{entry.created:%Y-%m-%d}")
    return f"| {' | '.join(parts)} |"
