"""Diffs: from git's text to `File`s and back, and which lines of them can carry a comment.

`parse_diff` reads a whole diff, `parse_patch` the hunks of one file, `Anchors` answers where GitHub
takes a comment. The counts in a hunk's header decide what belongs to it, never how its lines look:
content may read like a header.
"""

from bot.core.diff.anchors import Anchors
from bot.core.diff.error import DiffError
from bot.core.diff.hunks import Hunk, Line, parse_patch
from bot.core.diff.parse import decode_diff, parse_diff
from bot.core.diff.reasons import nothing_to_read
from bot.core.diff.write import render_diff

__all__ = [
    "Anchors",
    "DiffError",
    "Hunk",
    "Line",
    "decode_diff",
    "nothing_to_read",
    "parse_diff",
    "parse_patch",
    "render_diff",
]
