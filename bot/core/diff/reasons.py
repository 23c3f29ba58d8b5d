"""Why a file of a change has no patch, in words for the reader."""

from bot.core.change import File, Status

BINARY = "binary file"
EMPTY = "empty file"
RENAMED = "renamed without changes"
COPIED = "copied without changes"
MODE = "only its mode changed"
NOT_SHOWN = "the diff shows no lines of it"

_NOTHING_TO_READ = frozenset({BINARY, EMPTY, RENAMED, COPIED, MODE})


def nothing_to_read(file: File) -> bool:
    """Whether `file` has no lines that anybody could review, whatever the tool.

    A file whose patch is missing for another reason (too large to show) has.
    """
    return file.patch is None and file.absent in _NOTHING_TO_READ


def reason(status: Status, *, binary: bool, mode_changed: bool) -> str:
    """Why a file of this kind has no hunks."""
    if binary:
        return BINARY
    if status in (Status.ADDED, Status.REMOVED):
        return EMPTY
    if status is Status.RENAMED:
        return RENAMED
    if status is Status.COPIED:
        return COPIED
    return MODE if mode_changed else NOT_SHOWN
