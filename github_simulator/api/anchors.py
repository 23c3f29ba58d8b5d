"""Validates the location of an inline comment, with GitHub's error messages."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.change import File
from github_simulator.api.refusals import mistyped, unprocessable
from github_simulator.content import compare_trees
from github_simulator.state import Account, Commit, InlineComment, Pull, World
from github_simulator.state.places import Place, anchor_of, find_place, places

THREAD = "Pull request review thread"
_BLANK = f"{THREAD} diff hunk can't be blank"
_SIDES = ("LEFT", "RIGHT")


class Draft(NamedTuple):
    """An inline comment as sent. Without `line` and `position` it has no location."""

    path: str
    body: str
    line: int | None
    side: str
    start: int | None
    start_side: str
    position: int | None


class Spot(NamedTuple):
    """What all comments of one request have in common."""

    world: World
    pull: Pull
    head: Commit
    user: Account
    by_app: bool


def read_draft(sent: Mapping[str, Any]) -> Draft:
    """Parses a comment whose field types were checked before; checks the sides."""
    side = sent.get("side") or "RIGHT"
    start_side = sent.get("start_side") or side
    for name, value in (("side", side), ("start_side", start_side)):
        if value not in _SIDES:
            raise mistyped(name, value, 'a member of ["LEFT", "RIGHT"]')
    return Draft(
        sent["path"],
        sent["body"],
        sent.get("line"),
        side,
        sent.get("start_line"),
        start_side,
        sent.get("position"),
    )


def diff_at(pull: Pull, head: Commit) -> Sequence[File]:
    """The pull's diff when `head` was its head."""
    return pull.files if head is pull.head else compare_trees(pull.base.tree, head.tree)


def place_draft(spot: Spot, files: Sequence[File], draft: Draft) -> InlineComment:
    """The comment at its location. Raises `Refusal` if that is not part of the diff."""
    file = next((file for file in files if file.path == draft.path), None)
    if file is None:
        raise unprocessable(_sentence(f"{THREAD} path is invalid", _BLANK))
    end = _end(file, draft)
    if end is None:
        raise unprocessable(_sentence(*_off_the_diff(draft), _BLANK))
    if draft.start is not None:
        _check_start(file, draft, end)
    line = end.line(draft.side)
    now = spot.world.now()
    return InlineComment(
        id=spot.world.new_id(),
        user=spot.user,
        review=None,
        path=draft.path,
        body=draft.body,
        head=spot.head.sha,
        created=now,
        updated=now,
        line=line,
        start=draft.start,
        side=draft.side,
        start_side=draft.start_side if draft.start is not None else None,
        hunk=end.hunk,
        position=end.position,
        anchor=anchor_of(spot.pull, spot.head.tree, file, line, draft.side) if line else None,
        by_app=spot.by_app,
    )


def _end(file: File, draft: Draft) -> Place | None:
    if draft.line is not None:
        return find_place(file, draft.line, draft.side)
    return next((place for place in places(file) if place.position == draft.position), None)


def _off_the_diff(draft: Draft) -> list[str]:
    reasons = [f"{THREAD} line must be part of the diff"]
    if draft.start is not None:
        reasons.append(f"{THREAD} start line must be part of the same hunk as the line.")
    return reasons


def _check_start(file: File, draft: Draft, end: Place) -> None:
    if draft.start is None or draft.line is None:
        return
    start = find_place(file, draft.start, draft.start_side)
    if start is None or start.number != end.number:
        raise unprocessable(f"{THREAD} start line must be part of the same hunk as the line.")
    if start.position >= end.position:
        raise unprocessable(f"{THREAD} start line must precede the end line.")


def _sentence(*reasons: str) -> str:
    """Joins reasons as GitHub does."""
    if len(reasons) < 3:
        return " and ".join(reasons)
    return f"{', '.join(reasons[:-1])}, and {reasons[-1]}"
