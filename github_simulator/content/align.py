"""The difference of two versions of a file as a patch, by the lines that they share."""

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
    """`text` is None when both versions hold the same."""

    text: str | None
    additions: int
    deletions: int


def diff_texts(base: Text, head: Text) -> Patch:
    """What turns `base` into `head`, with `CONTEXT` lines around, as far as they are known."""
    left = base.lines
    steps = list(_number(_align(left, head.lines)))
    changes = [index for index, step in enumerate(steps) if step.kind != " "]
    if not changes:
        return Patch(None, 0, 0)
    text = "".join(_render(steps[start:end], left) for start, end in _spans(steps, changes))
    added = sum(steps[index].kind == "+" for index in changes)
    return Patch(text, added, len(changes) - added)


def _align(left: Sequence[Line], right: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Every line of both, in order. Versions never swap lines, so those in both part the rest in gaps."""
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
    """Lines between two shared ones. What reads the same at either edge has not changed."""
    most = min(len(removed), len(added))
    first = next((at for at in range(most) if not removed[at].reads_as(added[at])), most)
    most -= first
    last = next((at for at in range(most) if not removed[-1 - at].reads_as(added[-1 - at])), most)
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
    """Where hunks begin and end. Changes whose context meets share one."""
    start = _before(steps, changes[0])
    for one, other in pairwise(changes):
        end, begin = _behind(steps, one), _before(steps, other)
        if end < begin:
            yield start, end
            start = begin
    yield start, _behind(steps, changes[-1])


def _before(steps: Sequence[Step], change: int) -> int:
    """The index at which the context before `change` begins."""
    at = change
    while at > max(0, change - CONTEXT) and steps[at - 1].line.text is not None:
        at -= 1
    return at


def _behind(steps: Sequence[Step], change: int) -> int:
    """The index behind the context that follows `change`."""
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
    return header + "".join(_show(step) for step in steps)


def _range(before: int, count: int) -> str:
    start = before + 1 if count else before
    return f"{start}" if count == 1 else f"{start},{count}"


def _show(step: Step) -> str:
    end = "\n" if step.line.ended else "\n\\ No newline at end of file\n"
    return f"{step.kind}{step.line.text or ''}{end}"


def _section(left: Sequence[Line], at: int) -> str:
    """The heading of a hunk that begins at line `at`: what a diff showed there, or the last line before
    it that looks like the beginning of something.
    """
    if at < len(left) and left[at].section:
        return f" {left[at].section}"
    for line in reversed(left[:at]):
        if line.text is None:
            break
        if _HEADING.match(line.text):
            return f" {line.text[:_HEADING_LENGTH].rstrip()}"
    return ""
