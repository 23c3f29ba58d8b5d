"""Applies the hunks of a patch to a version of a file, which makes the next version."""

from collections.abc import Iterable, Sequence

from bot.core.diff import DiffLine, Hunk
from github_simulator.content.ledger import MOST_LINES, Conflict, Ledger
from github_simulator.content.lines import Line, Text

SEARCH = 50  # lines up and down in which a hunk is looked for that does not fit where it says


def apply_patch(path: str, text: Text, hunks: Sequence[Hunk], ledger: Ledger) -> Text:
    """The next version of `path`. Raises `Conflict` where a hunk contradicts what is known."""
    _reach(path, text, hunks, ledger)
    lines = text.lines
    made: list[Line] = []
    at = shift = 0
    for hunk in hunks:
        claimed = _place(hunk) + shift
        found = _find(path, lines, hunk, claimed, at)
        shift += found - claimed
        made += lines[at:found]
        at = _take(lines, hunk, found, made, ledger)
    made += lines[at:]
    return Text(tuple(made), text.tail, len(text.tail.lines) if text.tail else 0)


def added_lines(hunks: Iterable[Hunk]) -> Text:
    """The content of a file that the hunks add as a whole."""
    shown = [line for hunk in hunks for line in hunk.lines if line.kind == "+"]
    return Text(tuple(Line(line.text, line.ended) for line in shown))


def _place(hunk: Hunk) -> int:
    """Index of the first line that the hunk is about. An empty side names the line before."""
    return hunk.left - 1 if hunk.left_count else hunk.left


def _reach(path: str, text: Text, hunks: Sequence[Hunk], ledger: Ledger) -> None:
    """Makes `text` known to be as long as the hunks say, where its end is open."""
    needed = max((_place(hunk) + hunk.left_count for hunk in hunks), default=0)
    lines = text.lines
    if needed > MOST_LINES:
        raise Conflict(f"{path}: line {needed} is beyond the {MOST_LINES} lines that a file may have")
    if needed <= len(lines) or (lines and not lines[-1].ended):
        return
    if text.tail is not None:
        ledger.grow(text.tail, needed - len(lines))


def _find(path: str, lines: Sequence[Line], hunk: Hunk, claimed: int, least: int) -> int:
    """Where the hunk fits: where it says, or else near by, if every line there is known and the same."""
    old = [line for line in hunk.lines if line.kind != "+"]
    trouble = _contradiction(lines, old, claimed) if claimed >= least else (claimed, None)
    if trouble is None:
        return claimed
    for distance in range(1, SEARCH + 1):
        for index in (claimed - distance, claimed + distance):
            if old and index >= least and _shows(lines, old, index):
                return index
    raise Conflict(f"{path}, line {trouble[0] + 1}: {_describe(lines, *trouble)}")


def _contradiction(
    lines: Sequence[Line], old: Sequence[DiffLine], index: int
) -> tuple[int, DiffLine | None] | None:
    """The first line that does not fit, with what the hunk shows there; None when all do."""
    for offset, shown in enumerate(old):
        at = index + offset
        if at >= len(lines) or not _may_be(lines[at], shown):
            return at, shown
    return (index, None) if index > len(lines) else None


def _may_be(line: Line, shown: DiffLine) -> bool:
    return line.text is None or (line.text == shown.text and line.ended == shown.ended)


def _shows(lines: Sequence[Line], old: Sequence[DiffLine], index: int) -> bool:
    window = lines[index : index + len(old)]
    return len(window) == len(old) and all(
        line.text == shown.text and line.ended == shown.ended for line, shown in zip(window, old, strict=True)
    )


def _describe(lines: Sequence[Line], at: int, shown: DiffLine | None) -> str:
    if shown is None:
        return "the hunk begins behind the end of the file or inside the hunk before it"
    expected = _quote(shown.text, ended=shown.ended)
    found = _quote(lines[at].text or "", ended=lines[at].ended) if at < len(lines) else "the end of the file"
    return f"the diff expects {expected}, found {found}"


def _quote(text: str, *, ended: bool) -> str:
    return f"{text!r}{'' if ended else ' without newline'}"


def _take(lines: Sequence[Line], hunk: Hunk, at: int, made: list[Line], ledger: Ledger) -> int:
    """Puts the hunk's new side into `made`; returns the index of the first line behind the hunk."""
    if hunk.section and at < len(lines):
        ledger.head(lines[at], hunk.section)
    for shown in hunk.lines:
        if shown.kind == "+":
            made.append(Line(shown.text, shown.ended))
            continue
        ledger.tell(lines[at], shown.text, ended=shown.ended)
        if shown.kind == " ":
            made.append(lines[at])
        at += 1
    return at
