"""The files of a pull request: its raw diff, or, where that is too large, the paged list of files."""

from bot.core.change import File, PullRef, Status
from bot.core.diff import DiffError, decode_diff, parse_diff
from bot.core.diff.reasons import BINARY, COPIED, EMPTY, RENAMED
from bot.github.api import Api
from bot.github.failures import Rejected, Unanswered
from bot.github.paths import pull_path
from bot.github.shapes import FileShape
from bot.github.wire import DIFF, Call

LISTED = 3000  # the most files that GitHub lists
TOO_LARGE = "too large for GitHub to show"

_TOO_LARGE_DIFF = (406, 422)  # above 300 files or 20,000 lines; takes too long to make
_EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
_STATUS = {"changed": Status.RETYPED}


async def fetch_files(api: Api, ref: PullRef) -> tuple[File, ...]:
    """The raw diff is one request, shows the modes, and cuts no file short. Large ones fail in many ways."""
    try:
        answer = await api.send(ref, Call("GET", pull_path(ref), accept=DIFF, repeatable=True))
        return parse_diff(decode_diff(answer.content))
    except Rejected as error:
        if error.status not in _TOO_LARGE_DIFF:
            raise
    except (Unanswered, DiffError):
        pass
    return tuple([_file(item) async for item in api.pages(ref, f"{pull_path(ref)}/files", FileShape)])


def _file(shape: FileShape) -> File:
    status = _status(shape.status)
    return File(
        path=shape.filename,
        previous=shape.previous_filename if shape.previous_filename != shape.filename else None,
        status=status,
        additions=shape.additions,
        deletions=shape.deletions,
        patch=f"{shape.patch}\n" if shape.patch else None,
        absent=None if shape.patch else _absent(shape, status),
    )


def _status(text: str) -> Status:
    """A word that GitHub comes to use one day is a modification to us."""
    if text in _STATUS:
        return _STATUS[text]
    return Status(text) if text in Status.__members__.values() else Status.MODIFIED


def _absent(shape: FileShape, status: Status) -> str:
    """GitHub does not say why there is no patch; the counts, and the blob of nothing, do."""
    if shape.additions or shape.deletions:
        return TOO_LARGE
    if status is Status.RENAMED:
        return RENAMED
    if status is Status.COPIED:
        return COPIED
    return EMPTY if shape.sha == _EMPTY_BLOB else BINARY
