"""Where on a diff a review comment stands, and where it has gone after a push."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import parse_patch
from github_simulator.content import Line, Text, Tree
from github_simulator.state.pulls import InlineComment, Pull

LEFT = "LEFT"


class Place(NamedTuple):
    """A line of a patch. `left` and `right` are its numbers on the sides that have it, `position` counts
    the lines below the first "@@", `number` the hunk; `hunk` is the hunk's text up to the line.
    """

    left: int | None
    right: int | None
    position: int
    number: int
    hunk: str

    def line(self, side: str) -> int | None:
        return self.left if side == LEFT else self.right


def places(file: File) -> Iterator[Place]:
    """Every line that the file's diff shows."""
    position = 0
    patch = file.patch or ""
    lines = patch.split("\n")
    for number, hunk in enumerate(parse_patch(patch)):
        header = position
        for shown in hunk.lines:
            position += 1
            yield Place(shown.left, shown.right, position, number, "\n".join(lines[header : position + 1]))
            position += not shown.ended
        position += 1


def find_place(file: File, line: int, side: str) -> Place | None:
    """The place of `line` (from 1) on `side`; None when the diff does not show it."""
    return next((place for place in places(file) if place.line(side) == line), None)


def anchor_of(pull: Pull, head: Tree, file: File, line: int, side: str) -> Line | None:
    """The line itself, by its number."""
    lines = _lines(pull, head, file, side)
    return lines[line - 1] if line <= len(lines) else None


def current_place(pull: Pull, comment: InlineComment) -> Place | None:
    """Where the comment's line is on the pull's diff now; None when it is not there any more."""
    file = next((file for file in pull.files if file.path == comment.path), None)
    if file is None or comment.anchor is None:
        return None
    lines = _lines(pull, pull.head.tree, file, comment.side)
    at = next((at for at, line in enumerate(lines, 1) if line is comment.anchor), None)
    return find_place(file, at, comment.side) if at else None


def _lines(pull: Pull, head: Tree, file: File, side: str) -> list[Line]:
    """The lines of the file on one side of the diff from the pull's base to `head`."""
    left = pull.base.tree.get(file.previous or file.path)
    entry = left if side == LEFT else head.get(file.path)
    return entry.content.lines if entry and isinstance(entry.content, Text) else []
