"""The reasons why a file of a change has no patch, in words for the reader."""

from bot.core.change import File, FileStatus

BINARY = "binary file"
EMPTY = "empty file"
RENAMED = "renamed without changes"
COPIED = "copied without changes"
MODE = "only its mode changed"
NOT_SHOWN = "the diff does not show its lines"
ONE_SIDE = "exists in only one of the two trees, and the diff omits its lines (use `diff -N`)"
PROPERTIES = "only its properties changed"
MERGE = "shown only in the combined diff of a merge commit (use `git diff BASE...HEAD`)"
UNMERGED = "unresolved merge conflict"
SUBMODULE = "uncommitted changes inside a submodule"
SYMLINK = "symbolic link whose target the diff does not show"
KIND = "changed from one kind of file to another"
TWICE = "the diff shows it more than once with conflicting contents"

_NOTHING_TO_READ = frozenset({BINARY, EMPTY, RENAMED, COPIED, MODE})

_UNSHOWN = frozenset({NOT_SHOWN, ONE_SIDE, PROPERTIES, MERGE, UNMERGED, SUBMODULE, SYMLINK, KIND})


def is_unshown(file: File) -> bool:
    """Whether a diff names `file` without showing its changes."""
    return file.patch is None and file.absent in _UNSHOWN


def nothing_to_read(file: File) -> bool:
    """Whether `file` has no reviewable lines, such as a binary file.

    False for a file whose patch is missing for another reason, such as its size.
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
