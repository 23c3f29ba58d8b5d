"""Parses whole diffs of git, Mercurial, Subversion and other tools, and plain `diff -u`."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.core.change import File, FileStatus
from bot.core.diff.cursor import Cursor
from bot.core.diff.diagnose import identify
from bot.core.diff.error import DiffError, excerpt
from bot.core.diff.foreign_headers import read_announced
from bot.core.diff.hunks import split_lines
from bot.core.diff.named_files import read_listed
from bot.core.diff.no_patch import MERGE, NOT_SHOWN, is_unshown
from bot.core.diff.normalize import normalize
from bot.core.diff.prose import Prose
from bot.core.diff.section import Section, find_roots, kind, retyped
from bot.core.diff.series import Piece, combine
from bot.core.diff.unified import read_section


class UnreadPart(NamedTuple):
    """A part of the diff that is not reviewed. `line` counts from 1."""

    line: int
    text: str


class ParsedDiff(NamedTuple):
    """The files of a diff, each once, and the parts that could not be parsed."""

    files: tuple[File, ...]
    notes: tuple[UnreadPart, ...] = ()


def parse_diff(text: str) -> tuple[File, ...]:
    """The files of a diff from a program, in its order; none for an empty diff.

    Ignores commit messages, mail headers and statistics. Raises `DiffError` for any other text.
    """
    parsed = _read(text)
    for note in parsed.notes:
        raise DiffError(note.line, note.text)
    return parsed.files


def read_diff(data: bytes) -> ParsedDiff:
    """A diff from a person, in any encoding, possibly with colours and text around it.

    Raises `DiffError` if it contains no file, or if skipping a part would hide a change.
    """
    text = normalize(data)
    return _read(text, needs_files=bool(text.strip()))


def _read(text: str, *, needs_files: bool = False) -> ParsedDiff:
    reader = _DiffParser(split_lines(text))
    pieces = reader.pieces()
    named = [piece for piece in pieces if is_unshown(piece.file)]
    shown = list(_with_statuses([piece for piece in pieces if not is_unshown(piece.file)], named))
    files = {piece.file.path: piece for piece in combine(shown, newest_first=reader.prose.newest_first)}
    notes = [
        *reader.notes(),
        *_also_named(files, named, {(piece.file.path, piece.commit) for piece in shown}),
    ]
    for piece in named:
        files.setdefault(piece.file.path, piece)
    found = sorted(files.values(), key=lambda piece: piece.line)
    if not pieces and reader.of_root:
        raise DiffError(min(reader.of_root.values())[0], "only properties of the root directory change")
    if not pieces and (notes or needs_files or reader.prose.is_text):
        raise DiffError(notes[0].line if notes else 1, identify(text))
    if found and all(piece.file.absent == MERGE for piece in found):
        raise DiffError(found[0].line, "this is a combined diff of a merge; use `git diff BASE...HEAD`")
    return ParsedDiff(tuple(piece.file for piece in found), tuple(sorted(notes)))


def _with_statuses(shown: Iterable[Piece], named: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with the statuses from the commit's list of files: Fossil and Perforce do not mark added
    files in their diffs.
    """
    listed = {(piece.file.path, piece.commit): piece.file.status for piece in named}
    for piece in shown:
        file, status = piece.file, listed.get((piece.file.path, piece.commit))
        missing = {FileStatus.ADDED: "@@ -0,0 ", FileStatus.REMOVED: " +0,0 @@"}.get(
            status or file.status, "\n"
        )
        is_new = file.status is FileStatus.MODIFIED and missing in (file.patch or "").partition("\n")[0]
        yield piece._replace(file=file.model_copy(update={"status": status})) if is_new else piece


def _also_named(
    files: Mapping[str, Piece], named: Iterable[Piece], shown: Container[tuple[str, int]]
) -> Iterator[UnreadPart]:
    """Notes on files that the diff also shows with lines, in the same or in another commit."""
    for piece in named:
        path, absent = piece.file.path, piece.file.absent
        if path in files and (absent != NOT_SHOWN or (path, piece.commit) not in shown):
            yield UnreadPart(piece.line, f"{excerpt(path)} is not fully reviewed: {absent}")


class _DiffParser:
    """Parses the lines of a diff in one pass."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._cursor = Cursor(lines)
        self._unknown: list[int] = []
        self._shown: Counter[int] = Counter()
        self.of_root: dict[int, tuple[int, str]] = {}
        self.prose = Prose()

    def pieces(self) -> list[Piece]:
        """The part of each file that the diff shows, commit by commit."""
        sections = list(self._of_files())
        roots = find_roots([section for section, _ in sections])
        pieces = (Piece(section.file(roots), section.line, at, section.blobs) for section, at in sections)
        joined = list(_join_retyped(pieces))
        self._shown = Counter(piece.commit for piece in joined)
        return list(_parted(joined))

    def notes(self) -> Iterator[UnreadPart]:
        """The unread parts: unknown lines, and files that the statistics count but the diff lacks. Call
        `pieces` first.
        """
        for commit, (at, count) in self.prose.counted.items():
            shown = self._shown[commit]
            # The cover letter of a series counts files, but has none.
            if shown < count and (shown or commit == self.prose.commit):
                yield UnreadPart(
                    at + 1,
                    f"the statistics list {count} files, but only {shown} follow: the diff is truncated",
                )
        for line, absent in self.of_root.values():
            yield UnreadPart(line, f"the root directory is not reviewed: {absent}")
        for first, last in _runs(self._unknown, self._cursor.lines):
            text = excerpt(self._cursor.lines[first])
            more = f" to line {last + 1}" if last > first else ""
            yield UnreadPart(first + 1, f"{text}{more} does not belong to any file and is not reviewed")

    def _of_files(self) -> Iterator[tuple[Section, int]]:
        """The sections, except for those on properties of the root directory, which has no name. `of_root`
        keeps the first of these of each commit.
        """
        last = None
        for section, commit in self._sections():
            section.follow(last)
            last = section
            if section.is_of_root:
                self.of_root.setdefault(commit, (section.line, section.absent))
            else:
                yield section, commit

    def _sections(self) -> Iterator[tuple[Section, int]]:
        cursor, prose = self._cursor, self.prose
        while not cursor.is_done:
            section = self._section()
            if section and not (prose.is_free and section.says_nothing):
                yield section, prose.commit
                prose.pass_file(has_hunks=section.patch is not None)
            elif section is None and not prose.take(cursor):
                self._unknown.append(cursor.at - 1)

    def _section(self) -> Section | None:
        if not self._cursor.line:
            return None
        section = read_section(self._cursor)
        if section or self.prose.is_mail:
            return section
        return read_announced(self._cursor) or read_listed(self._cursor)


def _runs(places: Iterable[int], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and last of consecutive places, ignoring empty lines."""
    run: tuple[int, int] | None = None
    for place in places:
        if run and not any(line.strip() for line in lines[run[1] + 1 : place]):
            run = run[0], place
            continue
        if run:
            yield run
        run = place, place
    if run:
        yield run


def _join_retyped(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Joins the removal and the addition by which git shows a path that changed its type."""
    last: Piece | None = None
    for piece in pieces:
        if last and _is_retyped(last, piece):
            last = piece._replace(file=retyped(last.file, piece.file), line=last.line, blobs=None)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _is_retyped(removed: Piece, added: Piece) -> bool:
    statuses = removed.file.status, added.file.status
    return (
        (removed.file.path, removed.commit) == (added.file.path, added.commit)
        and statuses == (FileStatus.REMOVED, FileStatus.ADDED)
        and kind(removed.file.before) != kind(added.file.after)
    )


def _parted(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Numbers concatenated diffs without commit headers as separate commits: a path that recurs, or is moved
    away, begins the next one.
    """
    seen: set[str] = set()
    commit = parts = 0
    for piece in pieces:
        if piece.commit != commit:
            seen, commit = set(), piece.commit
        moved = piece.file.previous if piece.file.status is FileStatus.RENAMED else None
        if not is_unshown(piece.file):
            if seen & {piece.file.path, moved}:
                seen, parts = set(), parts + 1
            seen |= {piece.file.path, moved or piece.file.path}
        yield piece._replace(commit=piece.commit + parts)
