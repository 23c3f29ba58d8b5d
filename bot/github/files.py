"""Reads the files of a pull request from its raw diff, or from the paged list of files if the diff is too
large, empty or malformed.
"""

from functools import partial
from typing import NamedTuple

import structlog

from bot.core.change import File, FileStatus, PullRef
from bot.core.diff import DiffError, decode_diff, parse_diff
from bot.core.diff.no_patch import BINARY, COPIED, EMPTY, RENAMED
from bot.core.errors import Refused, Retry, is_final
from bot.github.api import Api
from bot.github.calls import DIFF, ApiCall
from bot.github.failures import CallRejected, Unanswered
from bot.github.pages import read_pages
from bot.github.paths import pull_path
from bot.github.shapes import FileShape

log = structlog.get_logger()

TOO_LARGE = "too large for GitHub to show"
CUT = "GitHub shows only a part of it"

_EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
_STATUS = {"changed": FileStatus.RETYPED}


class ListedFiles(NamedTuple):
    """The files that GitHub shows, and how many it reported, unreadable records included."""

    files: tuple[File, ...]
    reported: int
    by_diff: bool

    def missing(self, counted: int) -> int:
        """How many files are missing, if GitHub counts `counted`. The count may be too low: the larger number
        applies.
        """
        return max(counted, self.reported) - len(self.files)

    def filled_up(self, listed: "ListedFiles") -> "ListedFiles":
        """Adds the files that only `listed` has."""
        paths = {file.path for file in self.files}
        others = tuple(file for file in listed.files if file.path not in paths)
        return ListedFiles((*self.files, *others), max(self.reported, listed.reported), by_diff=False)


async def fetch_files(api: Api, ref: PullRef, *, patient: bool) -> ListedFiles:
    """Prefers the raw diff: it is one request, shows file modes, and truncates no file. Large diffs fail in
    many ways, and an empty one may not have been computed yet.
    """
    files = await _diff(api, ref)
    return (
        ListedFiles(files, len(files), by_diff=True) if files else await list_files(api, ref, patient=patient)
    )


async def list_files(api: Api, ref: PullRef, *, patient: bool = True) -> ListedFiles:
    """Lists the files of all readable pages; a file that appears on two pages counts once.

    An unreadable page counts as at least one more file. Raises like `Api` if no page can be read.
    """
    files: dict[str, File] = {}
    unreadable = 0
    try:
        async for page in read_pages(partial(api.send, ref), f"{pull_path(ref)}/files", FileShape):
            files |= {shape.filename: _file(shape) for shape in page.items}
            unreadable += page.length - len(page.items)
    except (Refused, Retry) as error:
        if not files or not is_final(error, patient=patient):
            raise
        log.warning("file_list_incomplete", pull=str(ref), listed=len(files), reason=str(error))
        unreadable += 1
    return ListedFiles(tuple(files.values()), len(files) + unreadable, by_diff=False)


async def _diff(api: Api, ref: PullRef) -> tuple[File, ...]:
    try:
        answer = await api.send(ref, ApiCall("GET", pull_path(ref), accept=DIFF, repeatable=True))
        return parse_diff(decode_diff(answer.content))
    except (CallRejected, Unanswered, DiffError) as error:
        log.info("raw_diff_unavailable", pull=str(ref), reason=str(error))
        return ()


def _file(shape: FileShape) -> File:
    status = _status(shape.status)
    patch = f"{shape.patch}\n" if shape.patch else ""
    return File(
        path=shape.filename,
        previous=shape.previous_filename if shape.previous_filename != shape.filename else None,
        status=status,
        additions=_count(shape.additions, patch, "+"),
        deletions=_count(shape.deletions, patch, "-"),
        patch=patch or None,
        absent=_truncation(shape, patch) if patch else _absence_reason(shape, status),
    )


def _status(text: str) -> FileStatus:
    """Treats an unknown status as a modification."""
    if text in _STATUS:
        return _STATUS[text]
    return FileStatus(text) if text in FileStatus.__members__.values() else FileStatus.MODIFIED


def _count(reported: int | None, patch: str, sign: str) -> int:
    return _count_lines(patch, sign) if reported is None else reported


def _count_lines(patch: str, sign: str) -> int:
    """How many lines of a patch are added, or deleted. A hunk header precedes each of them."""
    return patch.count(f"\n{sign}")


def _truncation(shape: FileShape, patch: str) -> str | None:
    """Detects a truncated patch: GitHub counts the lines of the complete one."""
    shown = _count_lines(patch, "+") + _count_lines(patch, "-")
    return CUT if shown < (shape.additions or 0) + (shape.deletions or 0) else None


def _absence_reason(shape: FileShape, status: FileStatus) -> str:
    """Why there is no patch: inferred from the counts and the empty blob, since GitHub does not say."""
    if shape.additions != 0 or shape.deletions != 0:
        return TOO_LARGE
    if status is FileStatus.RENAMED:
        return RENAMED
    if status is FileStatus.COPIED:
        return COPIED
    return EMPTY if shape.sha == _EMPTY_BLOB else BINARY
