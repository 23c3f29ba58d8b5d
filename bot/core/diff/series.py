"""Combines the changes of several commits into one change per file."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

from bot.core.change import File, FileStatus
from bot.core.diff.compose import Conflict, compose
from bot.core.diff.hunks import parse_patch
from bot.core.diff.no_patch import BINARY, TWICE, reason

_CREATED = (FileStatus.ADDED, FileStatus.COPIED)

Chain: TypeAlias = tuple["Chain | None", str]  # patches of a file: all but the last, and the last


class Piece(NamedTuple):
    """One commit's change to a file. `line` is its line in the diff, `commit` a number shared by all pieces
    of a commit, `blobs` are the blobs before and after, if the diff names them. `chain` has the patches of a
    file that several commits change.
    """

    file: File
    line: int
    commit: int
    blobs: tuple[str, str] | None = None
    chain: Chain | None = None


def combine(pieces: Sequence[Piece], *, newest_first: bool) -> list[Piece]:
    """Each file once, in the order of the pieces. If the pieces of a file conflict in both orders of the
    commits (`newest_first` is the expected one), the file has a reason instead of a patch.

    A copy keeps the patch of its own commit, relative to its source.
    """
    commits = [list(group) for _, group in groupby(pieces, key=lambda piece: piece.commit)]
    if len(commits) == 1:
        return commits[0]
    orders = [commits[::-1], commits] if newest_first else [commits, commits[::-1]]
    series = [_Series(order) for order in orders]
    best = min(series, key=lambda result: (result.conflicts, -result.links))
    return sorted(best.found, key=lambda piece: piece.line)


class _Series:
    """Commits applied in order. `found` has the result for each file. `conflicts` counts changes that did not
    fit, `links` those whose blob before equals the blob that an earlier change left.
    """

    def __init__(self, commits: Sequence[Sequence[Piece]]) -> None:
        self._pieces: dict[str, Piece] = {}
        self._gone: set[str] = set()
        self.conflicts = self.links = 0
        for commit in commits:
            self._add(commit)
        self.found = [whole for piece in self._pieces.values() if (whole := self._whole(piece))]

    def _add(self, commit: Sequence[Piece]) -> None:
        """Applies all changes of a commit at once: its renames refer to the state before it."""
        before = dict(self._sources(commit))
        self.conflicts += sum(_origin(piece.file) in self._gone for piece in commit)
        self._gone |= {path for piece in commit if (path := _left(piece.file))}
        self._gone -= {piece.file.path for piece in commit if piece.file.status is not FileStatus.REMOVED}
        for piece in commit:
            if piece.file.status is FileStatus.RENAMED and piece.file.previous:
                self._pieces.pop(piece.file.previous, None)
        for piece in commit:
            copied = piece.file.status is FileStatus.COPIED
            self._put(piece, None if copied else before.get(piece.file.previous or piece.file.path))

    def _sources(self, commit: Sequence[Piece]) -> Mapping[str, Piece]:
        names = (piece.file.previous or piece.file.path for piece in commit)
        return {name: self._pieces[name] for name in names if name in self._pieces}

    def _put(self, piece: Piece, earlier: Piece | None) -> None:
        present = self._pieces.pop(piece.file.path, None)
        if present is earlier or present is None or present.file.status is FileStatus.REMOVED:
            both = self._joined(earlier, piece) if earlier else piece
        else:  # moved to where there is a file already
            both = self._misfit(present, piece)
        if both:
            self._pieces[both.file.path] = both

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
        previous = earlier.file.previous or piece.file.previous
        return Piece(_unfit(piece.file, previous), min(earlier.line, piece.line), piece.commit)

    def _whole(self, piece: Piece) -> Piece | None:
        """A file with all its patches composed; None if they cancel out."""
        if piece.chain is None:
            return piece
        file = piece.file
        same = piece.blobs is not None and piece.blobs[0] == piece.blobs[1]
        try:
            patch = "" if same or file.absent == BINARY else _composed(list(_links(piece.chain)))
        except Conflict:
            self.conflicts += 1
            return piece._replace(file=_unfit(file, file.previous))
        is_same = same or not (patch or file.absent == BINARY)
        if is_same and file.status is FileStatus.MODIFIED and file.before == file.after:
            return None
        return piece._replace(file=_patched(file, patch))


def _origin(file: File) -> str | None:
    """The path where a change expects a file."""
    return None if file.status is FileStatus.ADDED else file.previous or file.path


def _left(file: File) -> str | None:
    """The path that a change vacates."""
    if file.status is FileStatus.REMOVED:
        return file.path
    return file.previous if file.status is FileStatus.RENAMED else None


def _unfit(file: File, previous: str | None) -> File:
    status = FileStatus.RENAMED if previous else FileStatus.MODIFIED
    return File(path=file.path, previous=previous, status=status, additions=0, deletions=0, absent=TWICE)


def _join(earlier: Piece, later: Piece) -> Piece | None:
    """Both as one with the patches still separate; None for a file that was added and removed. Raises
    `Conflict`.
    """
    file, last = earlier.file, later.file
    if TWICE in (file.absent, last.absent) or FileStatus.RETYPED in (file.status, last.status):
        raise Conflict
    blobs = _blobs(earlier.blobs, later.blobs)
    outcome = _outcome(file, last)
    if outcome is None:
        return None
    status, path, previous = outcome
    joined = File(
        path=path,
        previous=previous,
        status=status,
        additions=0,
        deletions=0,
        before=None if status is FileStatus.ADDED else file.before or last.before,
        after=None if status is FileStatus.REMOVED else last.after or file.after,
        absent=BINARY if BINARY in (file.absent, last.absent) else None,
    )
    chain = earlier.chain or (None, file.patch or "")
    return Piece(joined, min(earlier.line, later.line), later.commit, blobs, (chain, last.patch or ""))


def _outcome(file: File, last: File) -> tuple[FileStatus, str, str | None] | None:
    """Status, path and previous path after both changes; None for a file that was added and removed."""
    if file.status is FileStatus.REMOVED or last.status is FileStatus.ADDED:
        if file.status is FileStatus.REMOVED and last.status is FileStatus.ADDED:
            return FileStatus.MODIFIED, last.path, None
        raise Conflict
    origin = file.previous if file.status is FileStatus.RENAMED else file.path
    if last.status is FileStatus.REMOVED:
        return None if file.status in _CREATED else (FileStatus.REMOVED, origin or file.path, None)
    if file.status in _CREATED:
        return file.status, last.path, file.previous
    return (
        (FileStatus.MODIFIED, last.path, None)
        if origin == last.path
        else (FileStatus.RENAMED, last.path, origin)
    )


def _blobs(earlier: tuple[str, str] | None, later: tuple[str, str] | None) -> tuple[str, str] | None:
    """The blobs before and after both changes. Raises `Conflict` if the second does not follow the first."""
    if earlier is None or later is None:
        return earlier or later
    left, right = earlier[1], later[0]
    if not (left.startswith(right) or right.startswith(left)):
        raise Conflict
    return earlier[0], later[1]


def _links(chain: Chain | None) -> Iterator[str]:
    """The patches of a chain, the last first."""
    while chain:
        chain, patch = chain
        yield patch


def _composed(patches: list[str]) -> str:
    """Composes `patches`, the last first. Pairing neighbours processes each only a few times."""
    while len(patches) > 1:
        pairs = zip(patches[1::2], patches[::2], strict=False)
        odd = patches[-1:] if len(patches) % 2 else []
        patches = [compose(first, second) for first, second in pairs] + odd
    return patches[0]


def _patched(file: File, patch: str) -> File:
    lines = [line for hunk in parse_patch(patch) for line in hunk.lines]
    binary = file.absent == BINARY
    absent = reason(file.status, binary=binary, mode_changed=file.before != file.after)
    return file.model_copy(
        update={
            "patch": patch or None,
            "additions": sum(line.kind == "+" for line in lines),
            "deletions": sum(line.kind == "-" for line in lines),
            "absent": None if patch else absent,
        }
    )
