"""Checks where GitHub accepts a review comment.

For one comment outside the lines of one hunk, GitHub answers 422 and rejects the whole review, without naming
the comment. So each one is checked here first.
"""

import re

from bot.core.review import Side

_HEADER = re.compile(r"^@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@", re.MULTILINE)


class Anchors:
    """The lines of a file's patch, by hunk and side.

    In a hunk the lines of one side are consecutive, so each side is a range. Only visible lines count: a
    truncated patch admits no line that is missing from it.
    """

    __slots__ = ("_hunks",)

    def __init__(self, patch: str | None) -> None:
        patch = patch or ""
        headers = list(_HEADER.finditer(patch))
        ends = [*(header.start() for header in headers), len(patch)][1:]
        bodies = [patch[header.end() : end] for header, end in zip(headers, ends, strict=bool(headers))]
        self._hunks = tuple(map(_shown, headers, bodies))

    def admits(self, line: int, end: int, side: Side) -> bool:
        """Whether GitHub accepts a comment on lines `line` to `end` (from 1, both included) of `side`."""
        return line <= end and any(line in hunk[side] and end in hunk[side] for hunk in self._hunks)


def _shown(header: re.Match[str], body: str) -> dict[Side, range]:
    """The lines of a hunk on either side. `body` starts after the header's second "@@"."""
    kinds = [line[:1] for line in body.removesuffix("\n").split("\n")[1:]]
    context = kinds.count(" ") + kinds.count("")
    left, right = int(header[1]), int(header[2])
    return {
        Side.LEFT: range(left, left + context + kinds.count("-")),
        Side.RIGHT: range(right, right + context + kinds.count("+")),
    }
