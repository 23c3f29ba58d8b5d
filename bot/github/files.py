"""The files of a pull request: its raw diff, or, where that is too large, empty or broken, the paged list of
files.
"""

from functools import partial
from typing import NamedTuple

import structlog

from bot.core.change import File, FileStatus, PullRef
from bot.core.diff import DiffError, decode_diff, parse_diff
from bot.core.diff.no_patch import BINARY, COPIED, EMPTY, RENAMED
from bot.core.errors import Refused, Retry, is_final
from bot.github.api import Api
from bot.github.failures import CallRejected, Unanswered
from bot.github.pages import read_pages
from bot.github.paths import pull_path
from bot.github.shapes import FileShape
from bot.github.transport import DIFF, ApiCall

log = structlog.get_logger()

TOO_LARGE = "too large for GitHub to show"
CUT = "GitHub shows only a part of it"

_EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
_STATUS = {"changed": FileStatus.RETYPED}


class ListedFiles(NamedTuple):
    """The files that GitHub shows, and how many it told of: records that cannot be read count, too."""

    files: tuple[File, ...]
    told: int
    by_diff: bool

    def missing(self, counted: int) -> int:
        """How many more there are, where GitHub counts `counted`. That may be wrong: only more is news."""
        return max(counted, self.told) - len(self.files)

    def filled_up(self, listed: "ListedFiles") -> "ListedFiles":
        """With the files that only the list has."""
        known = {file.path for file in self.files}
        others = tuple(file for file in listed.files if file.path not in known)
        return ListedFiles((*self.files, *others), max(self.told, listed.told), by_diff=False)


async def fetch_files(api: Api, ref: PullRef, *, patient: bool) -> ListedFiles:
    """The raw diff is one request, shows the modes, and cuts no file short. Large ones fail in many ways, and
    an empty one may be the diff that GitHub has not made yet.
    """
    files = await _diff(api, ref)
    return (
        ListedFiles(files, len(files), by_diff=True) if files else await list_files(api, ref, patient=patient)
    )


async def list_files(api: Api, ref: PullRef, *, patient: bool = True) -> ListedFiles:
    """Those of all pages that can be read. One that is there twice, because a page has moved on, counts once.
    Behind a page that cannot be read there is at least one more. Raises like `Api` where nothing is read.
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
        log.warning("not all files can be listed", pull=str(ref), listed=len(files), reason=str(error))
        unreadable += 1
    return ListedFiles(tuple(files.values()), len(files) + unreadable, by_diff=False)


async def _diff(api: Api, ref: PullRef) -> tuple[File, ...]:
    try:
        answer = await api.send(ref, ApiCall("GET", pull_path(ref), accept=DIFF, repeatable=True))
        return parse_diff(decode_diff(answer.content))
    except (CallRejected, Unanswered, DiffError) as error:
        log.info("the raw diff cannot be had; files are listed instead", pull=str(ref), reason=str(error))
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
        absent=_cut(shape, patch) if patch else _absent(shape, status),
    )


def _status(text: str) -> FileStatus:
    """A word that GitHub comes to use one day is a modification to us."""
    if text in _STATUS:
        return _STATUS[text]
    return FileStatus(text) if text in FileStatus.__members__.values() else FileStatus.MODIFIED


def _count(told: int | None, patch: str, sign: str) -> int:
    return _shown(patch, sign) if told is None else told


def _shown(patch: str, sign: str) -> int:
    """How many lines of a patch are added, or deleted. Every one stands behind the header of its hunk."""
    return patch.count(f"\n{sign}")


def _cut(shape: FileShape, patch: str) -> str | None:
    """A patch may end too early. GitHub counts all lines in any case."""
    shown = _shown(patch, "+") + _shown(patch, "-")
    return CUT if shown < (shape.additions or 0) + (shape.deletions or 0) else None


def _absent(shape: FileShape, status: FileStatus) -> str:
    """GitHub does not say why there is no patch; the counts, and the blob of nothing, do."""
    if shape.additions != 0 or shape.deletions != 0:
        return TOO_LARGE
    if status is FileStatus.RENAMED:
        return RENAMED
    if status is FileStatus.COPIED:
        return COPIED
    return EMPTY if shape.sha == _EMPTY_BLOB else BINARY
