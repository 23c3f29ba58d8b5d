"""Renders files as a git diff."""

from collections.abc import Iterable, Iterator

from bot.core.change import File, FileStatus
from bot.core.diff.names import quote
from bot.core.diff.no_patch import BINARY
from bot.core.diff.paths import NOWHERE

_NO_BLOB = "0" * 7


def render_diff(files: Iterable[File]) -> str:
    """`files` in git's format. Blob names are unknown and written as zeros."""
    return "".join(line for file in files for part in _parts(file) for line in _section(part))


def _parts(file: File) -> tuple[File, ...]:
    """The sections of a file. Git shows one that changed its type as removed, then added."""
    if file.status is not FileStatus.RETYPED:
        return (file,)
    removal, addition = _cut(file.patch)
    removed = {"status": FileStatus.REMOVED, "after": None, "patch": removal}
    added = {"status": FileStatus.ADDED, "before": None, "patch": addition}
    return file.model_copy(update=removed), file.model_copy(update=added)


def _cut(patch: str | None) -> tuple[str | None, str | None]:
    """The hunk that removes all lines and the one that adds all; either may be missing."""
    if patch is None:
        return None, None
    start = 0 if patch.startswith("@@ -0,0 ") else patch.find("\n@@ -0,0 ") + 1
    if not start and not patch.startswith("@@ -0,0 "):
        return patch, None
    return patch[:start] or None, patch[start:]


def _section(file: File) -> Iterator[str]:
    old, new = f"a/{file.previous or file.path}", f"b/{file.path}"
    yield f"diff --git {quote(old)} {quote(new)}\n"
    yield from _modes(file)
    yield from _movement(file)
    if file.patch is not None or file.absent == BINARY:
        same = file.before is not None and file.before == file.after
        yield f"index {_NO_BLOB}..{_NO_BLOB}{f' {file.after}' if same else ''}\n"
    old = NOWHERE if file.status is FileStatus.ADDED else old
    new = NOWHERE if file.status is FileStatus.REMOVED else new
    if file.patch is not None:
        yield f"--- {_ended(old)}\n+++ {_ended(new)}\n"
        yield file.patch if file.patch.endswith("\n") else f"{file.patch}\n"
    elif file.absent == BINARY:
        yield f"Binary files {quote(old)} and {quote(new)} differ\n"


def _modes(file: File) -> Iterator[str]:
    if file.status is FileStatus.ADDED:
        yield f"new file mode {file.after or '100644'}\n"
    elif file.status is FileStatus.REMOVED:
        yield f"deleted file mode {file.before or '100644'}\n"
    elif file.before != file.after:
        yield f"old mode {file.before}\nnew mode {file.after}\n"


def _movement(file: File) -> Iterator[str]:
    if file.status not in (FileStatus.RENAMED, FileStatus.COPIED) or file.previous is None:
        return
    verb = "rename" if file.status is FileStatus.RENAMED else "copy"
    yield f"similarity index {100 if file.patch is None else 50}%\n"
    yield f"{verb} from {quote(file.previous)}\n{verb} to {quote(file.path)}\n"


def _ended(name: str) -> str:
    """`name` for a `---` or `+++` line; git adds a tab after a name with a space."""
    quoted = quote(name)
    return f"{quoted}\t" if " " in quoted and not quoted.startswith('"') else quoted
