"""Composes two successive patches of one file into one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.core.diff.hunks import Hunk, parse_patch

_ENDLESS = 1 << 60
_UNENDED = "\\ No newline at end of file"


class Conflict(Exception):
    """The second patch does not apply to the result of the first."""


class _Step(NamedTuple):
    """A line with its kind (" ", "+", "-"), or, with kind "", a gap of `size` lines between hunks."""

    kind: str
    text: str = ""
    ended: bool = True
    size: int = 1

    @property
    def line(self) -> tuple[str, bool]:
        return self.text, self.ended


def compose(first: str, second: str) -> str:
    """The patch with the effect of both; empty if they cancel out. Raises `Conflict`.

    An empty patch changes nothing. Runs in time linear in the length of both.
    """
    steps = _merge(_steps(parse_patch(first), is_first=True), _steps(parse_patch(second), is_first=False))
    return "".join(_hunks(_simplify(steps)))


def _steps(hunks: Sequence[Hunk], *, is_first: bool) -> Iterator[_Step]:
    """The steps of a patch from the file's beginning. Gaps count lines of the intermediate text: the result
    of the first patch and the input of the second.
    """
    done = 0
    for hunk in hunks:
        start, count = (hunk.right, hunk.right_count) if is_first else (hunk.left, hunk.left_count)
        gap = start - bool(count) - done
        if gap < 0:
            raise Conflict
        yield _Step("", size=gap)
        for line in hunk.lines:
            yield _Step(line.kind, line.text, line.ended)
        done = start - bool(count) + count
    yield _Step("", size=_ENDLESS)


def _merge(first: Iterator[_Step], second: Iterator[_Step]) -> Iterator[_Step]:
    """Merges both patches line by line of the intermediate text."""
    left, right = next(first), next(second)
    while left.kind or right.kind or min(left.size, right.size) < _ENDLESS // 2:
        if not left.size:
            left = next(first)
        elif not right.size:
            right = next(second)
        elif left.kind == "-":
            yield left
            left = next(first)
        elif right.kind == "+":
            yield right
            right = next(second)
        elif left.kind or right.kind:
            yield from _both(left, right)
            left, right = _after(left, first), _after(right, second)
        else:
            gap = min(left.size, right.size)
            yield _Step("", size=gap)
            left, right = left._replace(size=left.size - gap), right._replace(size=right.size - gap)


def _after(step: _Step, steps: Iterator[_Step]) -> _Step:
    """The rest after one line of `step`."""
    return next(steps) if step.kind else step._replace(size=step.size - 1)


def _both(left: _Step, right: _Step) -> Iterator[_Step]:
    """A line of the intermediate text that at least one patch shows."""
    if left.kind and right.kind and left.line != right.line:
        raise Conflict
    shown = left if left.kind else right
    if left.kind == "+" and right.kind == "-":
        return
    kind = "+" if left.kind == "+" else "-" if right.kind == "-" else " "
    yield shown._replace(kind=kind)


def _simplify(steps: Iterable[_Step]) -> Iterator[_Step]:
    """Puts removed lines before added ones, and turns equal lines at either end into context."""
    removed: list[_Step] = []
    added: list[_Step] = []
    for step in steps:
        if step.kind == "-":
            removed.append(step)
        elif step.kind == "+":
            added.append(step)
        else:
            yield from _run(removed, added)
            removed, added = [], []
            yield step
    yield from _run(removed, added)


def _run(removed: Sequence[_Step], added: Sequence[_Step]) -> Iterator[_Step]:
    most = min(len(removed), len(added))
    head = _alike(removed, added, most)
    tail = _alike(removed[::-1], added[::-1], most - head)
    yield from (step._replace(kind=" ") for step in removed[:head])
    yield from removed[head : len(removed) - tail]
    yield from added[head : len(added) - tail]
    yield from (step._replace(kind=" ") for step in removed[len(removed) - tail :])


def _alike(left: Sequence[_Step], right: Sequence[_Step], most: int) -> int:
    count = 0
    while count < most and left[count].line == right[count].line:
        count += 1
    return count


def _hunks(steps: Iterable[_Step]) -> Iterator[str]:
    """The text of each hunk with changes. Gaps separate hunks."""
    left = right = 0
    lines: list[_Step] = []
    for step in (*steps, _Step("")):
        if step.kind:
            lines.append(step)
        elif step.size:
            yield from _hunk(lines, left, right)
            left += sum(line.kind != "+" for line in lines) + step.size
            right += sum(line.kind != "-" for line in lines) + step.size
            lines = []


def _hunk(lines: Sequence[_Step], left: int, right: int) -> Iterator[str]:
    """`left` and `right` count the lines before the hunk."""
    if all(line.kind == " " for line in lines):
        return
    sides = ((left, "+"), (right, "-"))
    ranges = [_range(before, sum(line.kind != other for line in lines)) for before, other in sides]
    yield f"@@ -{ranges[0]} +{ranges[1]} @@\n"
    for line in lines:
        yield f"{line.kind}{line.text}\n" + ("" if line.ended else f"{_UNENDED}\n")


def _range(before: int, count: int) -> str:
    return f"{before + bool(count)},{count}"
