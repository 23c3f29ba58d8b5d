"""Diffs two versions of a file by the lines that they share."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from github_simulator.content.lines import Line, Text

CONTEXT = 3
_HEADING = re.compile(r"[A-Za-z_$]")
_HEADING_LENGTH = 80


class Step(NamedTuple):
    """A line of the comparison: `kind` is " ", "-" or "+"; `left` and `right` count the lines before it."""

    kind: str
    line: Line
    left: int
    right: int


class Patch(NamedTuple):
    """`text` is None if both versions are equal."""

    text: str | None
    additions: int
    deletions: int


def diff_texts(base: Text, head: Text) -> Patch:
    """The patch from `base` to `head`, with up to `CONTEXT` known lines of context."""
    left = base.lines
    steps = list(_number(_align(left, head.lines)))
    changes = [index for index, step in enumerate(steps) if step.kind != " "]
    if not changes:
        return Patch(None, 0, 0)
    text = "".join(_render(steps[start:end], left) for start, end in _spans(steps, changes))
    added = sum(steps[index].kind == "+" for index in changes)
    return Patch(text, added, len(changes) - added)


def _align(left: Sequence[Line], right: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Every line of both, in order. Versions never reorder lines, so shared lines delimit the changes."""
    shared = {id(line) for line in left} & {id(line) for line in right}
    at = 0
    removed: list[Line] = []
    for line in left:
        if id(line) not in shared:
            removed.append(line)
            continue
        until = right.index(line, at)
        yield from _gap(removed, right[at:until])
        yield " ", line
        removed, at = [], until + 1
    yield from _gap(removed, right[at:])


def _gap(removed: Sequence[Line], added: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Lines between two shared ones; equal lines at either edge are unchanged."""
    limit = min(len(removed), len(added))
    first = next((at for at in range(limit) if not removed[at].reads_as(added[at])), limit)
    limit -= first
    last = next((at for at in range(limit) if not removed[-1 - at].reads_as(added[-1 - at])), limit)
    yield from ((" ", line) for line in removed[:first])
    yield from (("-", line) for line in removed[first : len(removed) - last])
    yield from (("+", line) for line in added[first : len(added) - last])
    yield from ((" ", line) for line in removed[len(removed) - last :])


def _number(lines: Iterator[tuple[str, Line]]) -> Iterator[Step]:
    left = right = 0
    for kind, line in lines:
        yield Step(kind, line, left, right)
        left += kind != "+"
        right += kind != "-"


def _spans(steps: Sequence[Step], changes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The start and end of each hunk. Changes with adjacent context share a hunk."""
    start = _context_start(steps, changes[0])
    for change, following in pairwise(changes):
        end, begin = _context_end(steps, change), _context_start(steps, following)
        if end < begin:
            yield start, end
            start = begin
    yield start, _context_end(steps, changes[-1])


def _context_start(steps: Sequence[Step], change: int) -> int:
    """The index at which the context before `change` begins."""
    at = change
    while at > max(0, change - CONTEXT) and steps[at - 1].line.text is not None:
        at -= 1
    return at


def _context_end(steps: Sequence[Step], change: int) -> int:
    """The index after the context that follows `change`."""
    at = change + 1
    while at < min(len(steps), change + 1 + CONTEXT) and steps[at].line.text is not None:
        at += 1
    return at


def _render(steps: Sequence[Step], left: Sequence[Line]) -> str:
    first = steps[0]
    deleted = sum(step.kind != "+" for step in steps)
    added = sum(step.kind != "-" for step in steps)
    section = _section(left, first.left)
    header = f"@@ -{_range(first.left, deleted)} +{_range(first.right, added)} @@{section}\n"
    return header + "".join(_render_line(step) for step in steps)


def _range(before: int, count: int) -> str:
    start = before + 1 if count else before
    return f"{start}" if count == 1 else f"{start},{count}"


def _render_line(step: Step) -> str:
    end = "\n" if step.line.ended else "\n\\ No newline at end of file\n"
    return f"{step.kind}{step.line.text or ''}{end}"


def _section(left: Sequence[Line], at: int) -> str:
    """The section heading of a hunk that begins at line `at`: the one that a diff showed, or the last line
    before it that looks like a heading.
    """
    if at < len(left) and left[at].section:
        return f" {left[at].section}"
    for line in reversed(left[:at]):
        if line.text is None:
            break
        if _HEADING.match(line.text):
            return f" {line.text[:_HEADING_LENGTH].rstrip()}"
    return ""
