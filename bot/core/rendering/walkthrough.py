"""Renders the walkthrough: the table of changes, notes on each file, and the diagram."""

import re
from collections.abc import Sequence

from bot.core.markdown import cell, clean, clip, inline
from bot.core.phrases import details, number
from bot.core.rendering import links
from bot.core.rendering.report import Report
from bot.core.rendering.sections import majors
from bot.core.review import ChangeNote, Group

_MAX_TEXT = 600
_MAX_NAME = 100
_ROWS = 60
_NOTES = 150
_OPEN_NAMES = 3
_FOLDED_NAMES = 25
_NAMES = 400  # in the whole table
_MAX_DIAGRAM = 4_000
_DRAWN = re.compile(
    r"(?:flowchart|graph|sequenceDiagram|classDiagram|stateDiagram(?:-v2)?|erDiagram)\b", re.ASCII
)
# Statements that add links, load content or change the rendering.
_ACTIVE = re.compile(
    r"^\s*(?:click|href|links?|callback|call|include|init)\b|%%\{|https?:|javascript:|<(?!br\s*/?>|[-|<=.])|^-{3}",
    re.IGNORECASE,
)


def changes(report: Report) -> str:
    """The major changes and the table, collapsed."""
    table = _table(report)
    body = "\n\n".join(part for part in (majors(report), table) if part)
    return details(f"<b>Changes</b> ({number(len(report.change.files), 'file')})", body) if body else ""


def notes(report: Report) -> str:
    """Notes on single files, collapsed, if the table lists groups of files."""
    if not report.review.walkthrough:
        return ""
    every = [note for note in report.review.notes if note.text.strip()]
    return details(f"<b>File by file</b> ({len(every):,})", _listed(report, every)) if every else ""


def _table(report: Report) -> str:
    groups = report.review.walkthrough
    if not groups:
        return _listed(report, report.review.notes)
    remaining = _NAMES
    rows = []
    for group in groups[:_ROWS]:
        rows.append(f"| {_name(group)} | {_files(report, group.paths, remaining)} | {_text(group.text)} |")
        remaining = max(0, remaining - len(group.paths[:_FOLDED_NAMES]))
    more = len(groups) - _ROWS
    rest = [f"\nand {number(more, 'more group')}"] if more > 0 else []
    return "\n".join(["| Area | Files | Change |", "|---|---|---|", *rows, *rest])


def _name(group: Group) -> str:
    return cell(clip(group.name, _MAX_NAME))


def _text(text: str) -> str:
    return cell(clip(" ".join(text.split()), _MAX_TEXT))


def _files(report: Report, paths: Sequence[str], remaining: int) -> str:
    """Linked names. Long lists are collapsed; names beyond `remaining` are only counted."""
    named = paths[: min(remaining, _FOLDED_NAMES)]
    more = len(paths) - len(named)
    if not named:
        return number(more, "file") if more else ""
    rest = [f"and {more:,} more"] if more else []
    body = "<br>".join([*(links.file(report, path, bars=False) for path in named), *rest])
    if len(paths) <= _OPEN_NAMES:
        return body
    return f"<details><summary>{number(len(paths), 'file')}</summary>{body}</details>"


def _listed(report: Report, every: Sequence[ChangeNote]) -> str:
    items = [_note(report, note) for note in every[:_NOTES]]
    more = len(every) - _NOTES
    rest = [f"\nand {number(more, 'more file')}"] if more > 0 else []
    return "\n".join([*items, *rest])


def _note(report: Report, note: ChangeNote) -> str:
    file = report.files.get(note.name)
    size = f" (+{file.additions} −{file.deletions})" if file and file.patch else ""  # noqa: RUF001 — a minus sign
    text = inline(clip(note.text.strip(), _MAX_TEXT))
    return f"- {links.file(report, note.name)}{size}" + (f": {text}" if text else "")


def diagram(report: Report) -> str:
    """The Mermaid diagram, if its type is supported and it has no links or other active content."""
    text = clean(report.review.diagram or "").strip()
    fits = _DRAWN.match(text) and len(text) <= _MAX_DIAGRAM and "`" not in text
    if not fits or any(_ACTIVE.search(line) for line in text.split("\n")):
        return ""
    return details("<b>Diagram</b>", f"```mermaid\n{text}\n```")
