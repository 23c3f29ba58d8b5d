"""Applies a patch to a version of a file."""

from collections.abc import Iterable, Sequence

from bot.core.diff import DiffLine, Hunk
from github_simulator.content.ledger import MAX_LINES, Conflict, Ledger
from github_simulator.content.lines import Line, Text

SEARCH = 50  # lines before and after the stated location in which a hunk is searched


def apply_patch(path: str, text: Text, hunks: Sequence[Hunk], ledger: Ledger) -> Text:
    """The next version of `path`. Raises `Conflict` if a hunk contradicts the known content."""
    _extend(path, text, hunks, ledger)
    lines = text.lines
    result: list[Line] = []
    at = shift = 0
    for hunk in hunks:
        expected_at = _place(hunk) + shift
        found = _find(path, lines, hunk, expected_at, at)
        shift += found - expected_at
        result += lines[at:found]
        at = _apply_hunk(lines, hunk, found, result, ledger)
    result += lines[at:]
    return Text(tuple(result), text.tail, len(text.tail.lines) if text.tail else 0)


def added_lines(hunks: Iterable[Hunk]) -> Text:
    """The content of a new file."""
    shown = [line for hunk in hunks for line in hunk.lines if line.kind == "+"]
    return Text(tuple(Line(line.text, line.ended) for line in shown))


def _place(hunk: Hunk) -> int:
    """Index of the hunk's first line. An empty side names the line before."""
    return hunk.left - 1 if hunk.left_count else hunk.left


def _extend(path: str, text: Text, hunks: Sequence[Hunk], ledger: Ledger) -> None:
    """Extends `text` to the length that the hunks require, if its end is unknown."""
    needed = max((_place(hunk) + hunk.left_count for hunk in hunks), default=0)
    lines = text.lines
    if needed > MAX_LINES:
        raise Conflict(f"{path}: line {needed} exceeds the limit of {MAX_LINES} lines per file")
    if needed <= len(lines) or (lines and not lines[-1].ended):
        return
    if text.tail is not None:
        ledger.extend(text.tail, needed - len(lines))


def _find(path: str, lines: Sequence[Line], hunk: Hunk, expected_at: int, first: int) -> int:
    """Where the hunk applies: at the stated location, or nearby if every line there is known and equal."""
    old = [line for line in hunk.lines if line.kind != "+"]
    mismatch = _first_mismatch(lines, old, expected_at) if expected_at >= first else (expected_at, None)
    if mismatch is None:
        return expected_at
    for distance in range(1, SEARCH + 1):
        for index in (expected_at - distance, expected_at + distance):
            if old and index >= first and _matches(lines, old, index):
                return index
    raise Conflict(f"{path}, line {mismatch[0] + 1}: {_describe(lines, *mismatch)}")


def _first_mismatch(
    lines: Sequence[Line], old: Sequence[DiffLine], index: int
) -> tuple[int, DiffLine | None] | None:
    """The first line that does not match, with the hunk's line; None if all match."""
    for offset, shown in enumerate(old):
        at = index + offset
        if at >= len(lines) or not _is_compatible(lines[at], shown):
            return at, shown
    return (index, None) if index > len(lines) else None


def _is_compatible(line: Line, shown: DiffLine) -> bool:
    return line.text is None or (line.text == shown.text and line.ended == shown.ended)


def _matches(lines: Sequence[Line], old: Sequence[DiffLine], index: int) -> bool:
    window = lines[index : index + len(old)]
    return len(window) == len(old) and all(
        line.text == shown.text and line.ended == shown.ended for line, shown in zip(window, old, strict=True)
    )


def _describe(lines: Sequence[Line], at: int, shown: DiffLine | None) -> str:
    if shown is None:
        return "the hunk begins after the end of the file or overlaps the previous hunk"
    expected = _quote(shown.text, ended=shown.ended)
    found = _quote(lines[at].text or "", ended=lines[at].ended) if at < len(lines) else "the end of the file"
    return f"the diff expects {expected}, found {found}"


def _quote(text: str, *, ended: bool) -> str:
    return f"{text!r}{'' if ended else ' without newline'}"


def _apply_hunk(lines: Sequence[Line], hunk: Hunk, at: int, result: list[Line], ledger: Ledger) -> int:
    """Appends the hunk's new side to `result`; returns the index of the first line after the hunk."""
    if hunk.section and at < len(lines):
        ledger.set_section(lines[at], hunk.section)
    for shown in hunk.lines:
        if shown.kind == "+":
            result.append(Line(shown.text, shown.ended))
            continue
        ledger.set_text(lines[at], shown.text, ended=shown.ended)
        if shown.kind == " ":
            result.append(lines[at])
        at += 1
    return at
