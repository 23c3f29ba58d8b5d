"""Parses the sections of unified diffs: those of git, plain ones, and combined ones of merges."""

import re

from bot.core.diff.cursor import Cursor
from bot.core.diff.error import DiffError, excerpt
from bot.core.diff.hunks import HEADER, completed, measure, read_header
from bot.core.diff.names import QUOTED, split_pair, unquote
from bot.core.diff.no_patch import MERGE
from bot.core.diff.paths import read_shown
from bot.core.diff.section import Section

_GIT = "diff --git "
_COMBINED = re.compile(r"diff --(?:cc|combined) (.+)")
_COMBINED_HEADERS = (
    "index ",
    "mode ",
    "new file mode ",
    "deleted file mode ",
    "similarity index ",
    "rename ",
    "copy ",
    "--- ",
    "+++ ",
    "Binary files ",
)
_COMBINED_HUNK = re.compile(r"(@@@+) ((?:-\d{1,9}(?:,\d{1,9})? )+)\+\d{1,9}(?:,(\d{1,9}))? \1", re.ASCII)
_BINARY = (
    re.compile(r"Binary files (.+) differ"),
    re.compile(r"Binary file .+ has changed"),  # hg
    re.compile(r"Cannot display: file marked as a binary type\."),  # svn
    re.compile(r"\(Binary files differ\)"),  # svnlook
    re.compile(r"\(\.\.\. files differ \.\.\.\)"),  # p4
)
_FOSSIL_BINARY = "cannot compute difference between binary files"
_MIME = "svn:mime-type = "
_BASE85 = re.compile(r"[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]+")


def read_section(cursor: Cursor) -> Section | None:
    """The section at `cursor`, which moves past it; None if no section begins there."""
    if cursor.starts(_GIT):
        return _read_git(cursor)
    if cursor.starts("--- ", "+++ ", "@@ -"):
        section = Section(line=cursor.number)
        take_names(cursor, section)
        take_hunks(cursor, section)
        return section
    return _read_combined(cursor)


def _read_git(cursor: Cursor) -> Section | None:
    """The section, or None if the line is alone and names no file: it may be prose."""
    start = cursor.at
    section = Section(line=cursor.number, pair=cursor.take().removeprefix(_GIT))
    while not cursor.is_done and section.take_header(cursor.line):
        cursor.at += 1
    if section.is_half_moved:
        raise DiffError(cursor.number, "expected the second name of this rename: the diff is truncated")
    take_body(cursor, section)
    if section.headers or section.old or section.binary or split_pair(section.pair):
        return section
    cursor.at = start
    return None


def take_body(cursor: Cursor, section: Section) -> None:
    """Consumes the part after a file's header: names and hunks, or the marker of a binary file."""
    if cursor.starts("--- "):
        take_names(cursor, section)
        if cursor.starts(_FOSSIL_BINARY):
            section.binary = True
            cursor.at += 1
        elif not is_property_block(cursor):
            take_hunks(cursor, section)
    elif cursor.starts("GIT binary patch"):
        section.binary = True
        _skip_binary_patch(cursor)
    elif any(form.fullmatch(cursor.line) for form in _BINARY):
        section.binary = True
        cursor.at += 1
        if cursor.starts(_MIME):
            cursor.at += 1


def take_names(cursor: Cursor, section: Section) -> None:
    section.old = read_shown(cursor.take().removeprefix("--- "), is_git=bool(section.pair))
    if not cursor.starts("+++ "):
        raise DiffError(cursor.number, "expected a '+++' line after the '---' line")
    section.new = read_shown(cursor.take().removeprefix("+++ "), is_git=bool(section.pair))


def take_hunks(cursor: Cursor, section: Section) -> None:
    """Consumes the hunks of a file, at least one. Raises `DiffError`."""
    start, last = cursor.at, (0, 0)
    while cursor.starts("@@"):
        header = cursor.at
        first = _first_lines(cursor)
        if first[0] < last[0] or first[1] < last[1]:
            raise DiffError(header + 1, "this hunk overlaps the previous one; create the diff again")
        cursor.at, context, additions, deletions = measure(cursor.lines, header)
        if not additions and not deletions:
            raise DiffError(header + 1, _WITHOUT_CHANGES)
        last = first[0] + context + deletions, first[1] + context + additions
        section.context += context
        section.additions += additions
        section.deletions += deletions
    if cursor.at == start:
        text = excerpt(cursor.line) if not cursor.is_done else "the diff ends here"
        raise DiffError(start + 1, f"{text}: expected a hunk ('@@ -…') after the '+++' line")
    section.patch = "\n".join(completed(line) for line in cursor.lines[start : cursor.at]) + "\n"


_WITHOUT_CHANGES = (
    "this hunk has no line that begins with '+' or '-'; if this is a word diff, run it without --word-diff "
    "and --color-words"
)


def _first_lines(cursor: Cursor) -> tuple[int, int]:
    """The first line of a hunk on either side. A side without lines begins after the line in the header."""
    left, left_count, right, right_count, _ = read_header(cursor.line, cursor.number)
    if (left_count and not left) or (right_count and not right):
        raise DiffError(cursor.number, f"{excerpt(cursor.line)}: line numbers start at 1")
    return left + (not left_count), right + (not right_count)


def _skip_binary_patch(cursor: Cursor) -> None:
    """Skips one or two Base85 blocks, which usually end with an empty line."""
    cursor.at += 1
    while cursor.starts("literal ") or cursor.starts("delta "):
        cursor.at += 1
        while _is_base85(cursor.line):
            cursor.at += 1
        if not cursor.is_done and not cursor.line:
            cursor.at += 1


def _is_base85(line: str) -> bool:
    """Whether the length of `line` matches its first letter: five characters encode four bytes."""
    if not _BASE85.fullmatch(line):
        return False
    letter = ord(line[0])
    count = letter - ord("A") + 1 if letter <= ord("Z") else letter - ord("a") + 27
    return len(line) - 1 == (count + 3) // 4 * 5


def is_property_block(cursor: Cursor, ahead: int = 0) -> bool:
    """Whether a list of svn properties is next, possibly after empty lines."""
    while ahead < 3 and cursor.at + ahead < len(cursor.lines) and not cursor.ahead(ahead):
        ahead += 1
    return cursor.ahead(ahead + 1).startswith("_" * 60)


def _read_combined(cursor: Cursor) -> Section | None:
    """A file in the combined diff of a merge. Its hunks, with a column per parent, are skipped."""
    found = _COMBINED.fullmatch(cursor.line)
    if not found or not cursor.ahead(1).startswith(_COMBINED_HEADERS):
        return None
    name = unquote(found[1]) if QUOTED.fullmatch(found[1]) else found[1]
    section = Section(line=cursor.number, announced=name, absent=MERGE)
    cursor.at += 1
    while cursor.line.startswith(_COMBINED_HEADERS):
        cursor.at += 1
    while header := _COMBINED_HUNK.match(cursor.line):
        _skip_combined_hunk(cursor, header)
    return section


def _skip_combined_hunk(cursor: Cursor, header: re.Match[str]) -> None:
    """Skips a hunk of a combined diff. A line belongs to the merge result unless it has a "-", and to a
    parent whose column is blank (or "-" for a removed line).
    """
    number = cursor.number
    parents = [int(part.partition(",")[2] or 1) for part in header[2].split()]
    result = int(header[3] or 1)
    cursor.at += 1
    while result > 0 or any(count > 0 for count in parents):
        if cursor.is_done:
            raise DiffError(number, "the diff ends inside this hunk: it is truncated")
        line = cursor.lines[cursor.at]
        columns = line[: len(parents)].ljust(len(parents))
        if not line.startswith("\\"):
            if columns.strip(" +-"):
                raise DiffError(cursor.number, f"{excerpt(line)} is not a valid line of a combined hunk")
            gone = "-" in columns
            result -= not gone
            parents = [
                count - (column == "-" if gone else column == " ")
                for count, column in zip(parents, columns, strict=True)
            ]
        cursor.at += 1


def is_hunk(cursor: Cursor) -> bool:
    """Whether a complete hunk is next, and not prose about one."""
    if not HEADER.fullmatch(cursor.line):
        return False
    try:
        extent = measure(cursor.lines, cursor.at)
    except DiffError:
        return False
    return extent.additions + extent.deletions > 0
