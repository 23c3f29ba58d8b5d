"""Why a file of a change has no patch, in words for the reader."""

from bot.core.change import File, FileStatus

BINARY = "binary file"
EMPTY = "empty file"
RENAMED = "renamed without changes"
COPIED = "copied without changes"
MODE = "only its mode changed"
NOT_SHOWN = "the diff shows no lines of it"
ONE_SIDE = "only in one of the two trees, and the diff does not show it (`diff -N` does)"
PROPERTIES = "a change of properties, not of lines"
MERGE = "shown as the combined diff of a merge only (`git diff BASE...HEAD` shows its lines)"
UNMERGED = "a merge conflict that is not resolved"
SUBMODULE = "changes inside of a submodule that are not committed"
SYMLINK = "a symbolic link whose target the diff does not show as lines"
KIND = "not the same kind of file on both sides"
TWICE = "the diff shows it more than once, and the parts do not fit together"

_NOTHING_TO_READ = frozenset({BINARY, EMPTY, RENAMED, COPIED, MODE})

_UNSHOWN = frozenset({NOT_SHOWN, ONE_SIDE, PROPERTIES, MERGE, UNMERGED, SUBMODULE, SYMLINK, KIND})


def is_unshown(file: File) -> bool:
    """Whether a diff names `file` without saying what changed in it."""
    return file.patch is None and file.absent in _UNSHOWN


def nothing_to_read(file: File) -> bool:
    """Whether `file` has no lines that anybody could review, whatever the tool.

    A file whose patch is missing for another reason (too large to show) has.
    """
    return file.patch is None and file.absent in _NOTHING_TO_READ


def reason(status: FileStatus, *, binary: bool, mode_changed: bool) -> str:
    """Why a file of this kind has no hunks."""
    if binary:
        return BINARY
    if status in (FileStatus.ADDED, FileStatus.REMOVED):
        return EMPTY
    if status is FileStatus.RENAMED:
        return RENAMED
    if status is FileStatus.COPIED:
        return COPIED
    return MODE if mode_changed else NOT_SHOWN
