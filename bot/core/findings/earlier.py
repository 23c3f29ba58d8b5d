"""What an earlier review said about the files whose diff a push did not change.

They are not reviewed again: their findings stay. A rebase may move them to other lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.core.change import Change, EarlierReview, File, ToolReport
from bot.core.diff.error import DiffError
from bot.core.diff.hunks import Hunk, parse_patch
from bot.core.records import ExportedReview
from bot.core.review import Finding, FindingSource, LineRange, Review, ReviewSettings, Side

_LEAST = 0.5  # the part of the change that must be unchanged; else all of it is read as a whole


class _Move(NamedTuple):
    """Lines `first` to `last` of a side are now `by` lines further down."""

    side: Side
    first: int
    last: int
    by: int


def earlier_review(
    change: Change, settings: ReviewSettings, module: str, last: ExportedReview
) -> EarlierReview | None:
    """What of the review `last` holds for `change`; None if all of it is to be reviewed again.

    A review of the same head is made again because somebody asks for it. A review with other settings,
    another model or another function (`module`, a sha256) does not count.
    """
    if (
        last.change.head == change.head
        or last.transcript.module != module
        or _decisive(last.transcript.settings) != _decisive(settings)
    ):
        return None
    moves = _unchanged(last.change, change, _covered(last.record.review))
    if not moves or _size(change.files, moves) < _LEAST * _size(change.files, None):
        return None
    review = last.record.review
    return EarlierReview(
        paths=tuple(moves),
        findings=tuple(_moved(review.findings, moves)),
        unsure=tuple(_moved(review.unsure, moves)),
        notes=tuple(note for note in review.notes if note.name in moves),
        risks=tuple(_risks(review.risks, moves, change.files)),
    )


def _decisive(settings: ReviewSettings) -> ReviewSettings:
    """The settings without those that decide nothing about a file that was reviewed."""
    return settings.model_copy(update={"learnings": (), "findings": 0, "omit": ()})


def _covered(review: Review) -> frozenset[str]:
    return frozenset(entry.path for entry in review.coverage if entry.reviewed and not entry.reason)


def _unchanged(then: Change, now: Change, covered: frozenset[str]) -> Mapping[str, Sequence[_Move]]:
    """The covered files with the same diff as then, with the moves of their lines."""
    before = {file.path: file for file in then.files if file.path in covered}
    same = [file for file in now.files if file.path in before and _reports(then, file) == _reports(now, file)]
    moves = {file.path: _moves(before[file.path], file) for file in same}
    return {path: found for path, found in moves.items() if found is not None}


def _reports(change: Change, file: File) -> list[ToolReport]:
    """What other tools have reported on the file."""
    return [report for report in change.reports if report.path == file.path]


def _moves(then: File, now: File) -> Sequence[_Move] | None:
    """How the lines of a file moved; None if its diff is another one."""
    if _identity(then) != _identity(now) or now.patch is None or then.patch is None:
        return None
    if then.patch == now.patch:
        return ()
    try:
        before, after = parse_patch(then.patch), parse_patch(now.patch)
    except DiffError:
        return None
    if [_body(hunk) for hunk in before] != [_body(hunk) for hunk in after]:
        return None
    return [move for pair in zip(before, after, strict=True) for move in _of_hunk(*pair)]


def _identity(file: File) -> File:
    return file.model_copy(update={"patch": None})


def _body(hunk: Hunk) -> list[tuple[str, str]]:
    return [(line.kind, line.text) for line in hunk.lines]


def _of_hunk(before: Hunk, after: Hunk) -> Iterable[_Move]:
    yield _Move(Side.LEFT, before.left, before.left + before.left_count, after.left - before.left)
    yield _Move(Side.RIGHT, before.right, before.right + before.right_count, after.right - before.right)


def _size(files: Iterable[File], among: Mapping[str, Sequence[_Move]] | None) -> int:
    return sum(len(file.patch or "") for file in files if among is None or file.path in among)


def _moved(findings: Iterable[Finding], moves: Mapping[str, Sequence[_Move]]) -> Iterable[Finding]:
    """The model's findings in the unchanged files, at their present lines."""
    for finding in findings:
        if finding.source is FindingSource.MODEL and finding.path in moves:
            also = [_place(spot, moves[spot.path]) for spot in finding.also if spot.path in moves]
            spot = LineRange(path=finding.path, line=finding.line, end=finding.end, side=finding.side)
            now = _place(spot, moves[finding.path])
            yield finding.model_copy(update={"line": now.line, "end": now.end, "also": tuple(also)})


def _place(spot: LineRange, moves: Sequence[_Move]) -> LineRange:
    for move in moves:
        if move.side is spot.side and move.first <= spot.line <= move.last:
            return spot.model_copy(update={"line": spot.line + move.by, "end": spot.end + move.by})
    return spot


def _risks(
    risks: Iterable[str], moves: Mapping[str, Sequence[_Move]], files: Iterable[File]
) -> Iterable[str]:
    """The risks that name an unchanged file and no other one of the change."""
    others = [_name(file.path) for file in files if file.path not in moves]
    kept = [_name(path) for path in moves]
    for risk in risks:
        if any(name in risk for name in kept) and not any(name in risk for name in others):
            yield risk


def _name(path: str) -> str:
    return path.rpartition("/")[2]
