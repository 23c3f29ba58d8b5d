"""Parses diffs into `File`s, renders them, and decides which lines can carry a comment.

`parse_diff` parses a diff from a program, `read_diff` one from a person, `parse_patch` the hunks of one file;
`Anchors` knows where GitHub accepts a comment. The counts in a hunk header decide which lines belong to it,
never their look: content may resemble a header. Text between the files is recognized or reported.
"""

from bot.core.diff.anchors import Anchors
from bot.core.diff.error import DiffError
from bot.core.diff.hunks import DiffLine, Hunk, parse_patch
from bot.core.diff.no_patch import nothing_to_read
from bot.core.diff.normalize import decode_diff
from bot.core.diff.parse import ParsedDiff, UnreadPart, parse_diff, read_diff
from bot.core.diff.write import render_diff

__all__ = [
    "Anchors",
    "DiffError",
    "DiffLine",
    "Hunk",
    "ParsedDiff",
    "UnreadPart",
    "decode_diff",
    "nothing_to_read",
    "parse_diff",
    "parse_patch",
    "read_diff",
    "render_diff",
]
