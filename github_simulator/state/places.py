"""Locations of review comments on a diff, also after a push."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import parse_patch
from github_simulator.content import Line, Text, Tree
from github_simulator.state.pulls import InlineComment, Pull

LEFT = "LEFT"


class Place(NamedTuple):
    """A line of a patch. `left` and `right` are its line numbers on either side, `position` counts the lines
    below the first "@@", `number` the hunks; `hunk` is the hunk's text up to the line.
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
    """The place of `line` (from 1) on `side`; None if the diff does not show it."""
    return next((place for place in places(file) if place.line(side) == line), None)


def anchor_of(pull: Pull, head: Tree, file: File, line: int, side: str) -> Line | None:
    """The line with that number."""
    lines = _lines(pull, head, file, side)
    return lines[line - 1] if line <= len(lines) else None


def current_place(pull: Pull, comment: InlineComment) -> Place | None:
    """The current place of the comment's line on the pull's diff; None if it was removed."""
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
