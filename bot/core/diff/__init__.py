"""Diffs: from their text to `File`s and back, and which lines of them can carry a comment.

`parse_diff` reads a whole diff that a program made, `read_diff` one that a person gives, `parse_patch` the
hunks of one file; `Anchors` answers where GitHub takes a comment. The counts in a hunk's header decide what
belongs to it, never how its lines look: content may read like a header. What stands outside of the files is
known for what it is, or it is told.
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
