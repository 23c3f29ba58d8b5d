"""Parses the hunks and lines of one file's patch."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.diff.error import DiffError, excerpt

HEADER = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)", re.DOTALL | re.ASCII)

_EXAMINED = 1_000  # characters of an invalid line
_AROUND = 20  # neighbouring lines
_CUT = re.compile(r"\W*$|.*\b(?:truncated|omitted|skipped|too large|too long|more lines)\b", re.IGNORECASE)


class DiffLine(NamedTuple):
    r"""A line of a hunk. `kind` is " " (context), "+" or "-"; `left` and `right` are its line numbers, None
    on a side without it. `text` excludes kind and "\n"; `ended` is False for a last line without "\n".
    """

    kind: str
    text: str
    left: int | None
    right: int | None
    ended: bool = True


class Hunk(NamedTuple):
    """Lines `left` to `left + left_count - 1` of the base, and the corresponding lines of the head.

    `section` is the text after the second "@@". A side without lines starts at 0 or at the line before, as
    in git.
    """

    left: int
    left_count: int
    right: int
    right_count: int
    section: str
    lines: tuple[DiffLine, ...]


class Extent(NamedTuple):
    """The size of a hunk: `end` is the index of the first line after it."""

    end: int
    context: int
    additions: int
    deletions: int


def measure(lines: Sequence[str], at: int) -> Extent:
    """The extent of the hunk with the header `lines[at]`. Raises `DiffError`.

    An empty line is a context line whose space an editor has removed.
    """
    _, left, _, right, _ = read_header(lines[at], at + 1)
    header, context = at, 0
    additions = deletions = 0
    end = len(lines)
    while context + deletions < left or context + additions < right:
        at += 1
        if at == end:
            raise DiffError(header + 1, "the diff ends inside this hunk: it is truncated")
        kind = lines[at][:1]
        if kind == "+":
            additions += 1
        elif kind == "-":
            deletions += 1
        elif kind in (" ", "", "\r"):
            context += 1
        elif kind != "\\":
            raise _no_line(lines, at, header)
    if (context + deletions, context + additions) != (left, right):
        raise DiffError(header + 1, "the number of lines does not match the counts in the hunk header")
    at += 1
    return Extent(at + (at < end and lines[at][:1] == "\\"), context, additions, deletions)


def completed(line: str) -> str:
    """A hunk line with its kind, which an editor may have removed from an empty line."""
    return line if line not in ("", "\r") else f" {line}"


def _no_line(lines: Sequence[str], at: int, header: int) -> DiffError:
    """The error for a line that cannot belong to a hunk."""
    line = lines[at][:_EXAMINED].rstrip("\r")
    message = f"{excerpt(line)} is not a valid line of the hunk that begins on line {header + 1}"
    if "\x1b" in line:
        why = "it contains colours; run the diff with --no-color"
    elif line == "~" or any(map(_has_words, lines[max(header + 1, at - _AROUND) : at + _AROUND])):
        why = "this is a word diff; run it without --word-diff"
    elif _CUT.match(line):
        why = "the diff is truncated; use the complete one"
    else:
        why = "the diff is damaged, or has --color-words or --output-indicator-new; create it again"
    return DiffError(at + 1, f"{message}: {why}")


def _has_words(line: str) -> bool:
    """Whether a line marks changed words, as `git diff --word-diff` does."""
    line = line[:_EXAMINED]
    return ("[-" in line and "-]" in line) or ("{+" in line and "+}" in line)


def read_header(line: str, number: int) -> tuple[int, int, int, int, str]:
    match = HEADER.fullmatch(line)
    if not match:
        raise DiffError(number, f"{excerpt(line)}: expected a hunk header: '@@ -LINE,COUNT +LINE,COUNT @@'")
    left, left_count, right, right_count, section = match.groups()
    return int(left), int(left_count or 1), int(right), int(right_count or 1), section


def split_lines(text: str) -> list[str]:
    r"""Lines of `text`, ended by "\n" alone: a diff's content may hold any other line separator."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def parse_patch(patch: str) -> tuple[Hunk, ...]:
    """The hunks of a `File.patch`. Raises `DiffError`."""
    lines = split_lines(patch)
    hunks = []
    at = 0
    while at < len(lines):
        end = measure(lines, at).end
        hunks.append(_hunk(lines[at:end], at + 1))
        at = end
    return tuple(hunks)


def _hunk(lines: Sequence[str], number: int) -> Hunk:
    """Parses a hunk whose extent is known."""
    left_start, left_count, right_start, right_count, section = read_header(lines[0], number)
    left, right = left_start, right_start
    found: list[DiffLine] = []
    for raw in lines[1:]:
        line = completed(raw)
        kind = line[0]
        if kind == "\\":
            found[-1:] = [last._replace(ended=False) for last in found[-1:]]
            continue
        on_left, on_right = kind != "+", kind != "-"
        found.append(DiffLine(kind, line[1:], left if on_left else None, right if on_right else None))
        left += on_left
        right += on_right
    return Hunk(left_start, left_count, right_start, right_count, section, tuple(found))
