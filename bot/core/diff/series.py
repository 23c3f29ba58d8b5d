"""Combines the changes of several commits to what they are together."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.core.change import File, Status
from bot.core.diff.compose import Conflict, compose
from bot.core.diff.hunks import parse_patch
from bot.core.diff.reasons import BINARY, TWICE, reason

_CREATED = (Status.ADDED, Status.COPIED)


class Piece(NamedTuple):
    """A file as one commit changes it. `line` is where the diff shows that, `commit` a number that the
    pieces of one commit share, `blobs` are the file's before and after, where the diff names them.
    """

    file: File
    line: int
    commit: int
    blobs: tuple[str, str] | None = None


def combine(pieces: Sequence[Piece], *, newest_first: bool) -> list[Piece]:
    """Each file once, in the order of the pieces. Where a file's pieces do not fit together, in the order
    of the commits that `newest_first` says or in the other one, the file says so in place of a patch.
    """
    commits = [list(group) for _, group in groupby(pieces, key=lambda piece: piece.commit)]
    if len(commits) == 1:
        return commits[0]
    orders = [commits[::-1], commits] if newest_first else [commits, commits[::-1]]
    series = [_Series(order) for order in orders]
    best = min(series, key=lambda one: (one.conflicts, -one.links))
    return sorted(best.pieces.values(), key=lambda piece: piece.line)


class _Series:
    """Commits one upon the other. `pieces` has what became of each path. `conflicts` counts what did not
    fit, `links` where a change was made on the very blob that another one left.
    """

    def __init__(self, commits: Sequence[Sequence[Piece]]) -> None:
        self.pieces: dict[str, Piece] = {}
        self.conflicts = self.links = 0
        for commit in commits:
            self._add(commit)

    def _add(self, commit: Sequence[Piece]) -> None:
        """All files of a commit change together: what it moves, it moves from where the last one left it."""
        before = dict(self._sources(commit))
        for piece in commit:
            if piece.file.status is Status.RENAMED and piece.file.previous:
                self.pieces.pop(piece.file.previous, None)
        for piece in commit:
            earlier = before.get(piece.file.previous or piece.file.path)
            self._put(piece, earlier)

    def _sources(self, commit: Sequence[Piece]) -> Mapping[str, Piece]:
        names = (piece.file.previous or piece.file.path for piece in commit)
        return {name: self.pieces[name] for name in names if name in self.pieces}

    def _put(self, piece: Piece, earlier: Piece | None) -> None:
        present = self.pieces.pop(piece.file.path, None)
        if present is earlier or present is None or present.file.status is Status.REMOVED:
            both = self._joined(earlier, piece) if earlier else piece
        else:  # moved to where there is a file already
            both = self._misfit(present, piece)
        if both:
            self.pieces[both.file.path] = both

    def _joined(self, earlier: Piece, piece: Piece) -> Piece | None:
        try:
            both = _join(earlier, piece)
        except Conflict:
            return self._misfit(earlier, piece)
        if earlier.blobs and piece.blobs and piece.blobs[0].strip("0"):
            self.links += 1
        return both

    def _misfit(self, earlier: Piece, piece: Piece) -> Piece:
        self.conflicts += 1
        return Piece(_unfit(earlier.file, piece.file), min(earlier.line, piece.line), piece.commit)


def _unfit(file: File, last: File) -> File:
    previous = file.previous or last.previous
    status = Status.RENAMED if previous else Status.MODIFIED
    return File(path=last.path, previous=previous, status=status, additions=0, deletions=0, absent=TWICE)


def _join(earlier: Piece, later: Piece) -> Piece | None:
    """Both as one; None where nothing is left of them. Raises `Conflict`."""
    file, last = earlier.file, later.file
    if TWICE in (file.absent, last.absent) or Status.RETYPED in (file.status, last.status):
        raise Conflict
    blobs = _blobs(earlier.blobs, later.blobs)
    fate = _fate(file, last)
    if fate is None:
        return None
    status, path, previous = fate
    binary = BINARY in (file.absent, last.absent)
    same = blobs is not None and blobs[0] == blobs[1]
    patch = "" if binary or same else compose(file.patch or "", last.patch or "")
    before, after = file.before or last.before, last.after or file.after
    if (same or not (patch or binary)) and status is Status.MODIFIED and before == after:
        return None
    lines = [line for hunk in parse_patch(patch) for line in hunk.lines]
    joined = File(
        path=path,
        previous=previous,
        status=status,
        additions=sum(line.kind == "+" for line in lines),
        deletions=sum(line.kind == "-" for line in lines),
        before=None if status is Status.ADDED else before,
        after=None if status is Status.REMOVED else after,
        patch=patch or None,
        absent=None if patch else reason(status, binary=binary, mode_changed=before != after),
    )
    return Piece(joined, min(earlier.line, later.line), later.commit, blobs)


def _fate(file: File, last: File) -> tuple[Status, str, str | None] | None:
    """Status, path and previous path of two changes together; None where a file came and went."""
    if file.status is Status.REMOVED or last.status is Status.ADDED:
        if file.status is Status.REMOVED and last.status is Status.ADDED:
            return Status.MODIFIED, last.path, None
        raise Conflict
    origin = file.previous if file.status is Status.RENAMED else file.path
    if last.status is Status.REMOVED:
        return None if file.status in _CREATED else (Status.REMOVED, origin or file.path, None)
    if file.status in _CREATED:
        return file.status, last.path, file.previous
    if last.status is Status.COPIED:
        return Status.COPIED, last.path, origin
    return (Status.MODIFIED, last.path, None) if origin == last.path else (Status.RENAMED, last.path, origin)


def _blobs(earlier: tuple[str, str] | None, later: tuple[str, str] | None) -> tuple[str, str] | None:
    """The blobs of two changes together. Raises `Conflict` when the second does not follow the first."""
    if earlier is None or later is None:
        return earlier or later
    left, right = earlier[1], later[0]
    if not (left.startswith(right) or right.startswith(left)):
        raise Conflict
    return earlier[0], later[1]
