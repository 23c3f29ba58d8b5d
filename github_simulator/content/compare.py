"""Compares two trees; the result is the files of a change."""

from collections.abc import Iterator

from bot.core.change import File, FileStatus
from bot.core.diff.no_patch import reason
from github_simulator.content.align import Patch, diff_texts
from github_simulator.content.lines import Content, Text
from github_simulator.content.tree import Entry, Lineage, Tree

_EMPTY = Text()
_KIND = slice(0, -3)  # the digits of a mode for file, link or submodule


def compare_trees(base: Tree, head: Tree) -> tuple[File, ...]:
    """The files that differ, by path, with the renames and copies that diffs declared."""
    touched = {*base.changed, *head.changed}
    origins = {entry.lineage: path for path in touched if (entry := base.get(path)) is not None}
    pairs = list(_pairs(base, head, sorted(touched), origins))
    moved = {file.previous for file in pairs if file.status is FileStatus.RENAMED}
    return tuple(file for file in pairs if not (file.status is FileStatus.REMOVED and file.path in moved))


def _pairs(base: Tree, head: Tree, paths: list[str], origins: dict[Lineage, str]) -> Iterator[File]:
    for path in paths:
        before, after = base.get(path), head.get(path)
        if after is None:
            if before is not None:
                yield _file(path, None, FileStatus.REMOVED, before, None)
        elif before is not None:
            if not _is_unchanged(before, after):
                yield _file(path, None, _change_status(before, after), before, after)
        else:
            yield _new_path(base, head, path, after, origins)


def _new_path(base: Tree, head: Tree, path: str, after: Entry, origins: dict[Lineage, str]) -> File:
    """A path that only `head` has: renamed, copied, or new."""
    previous = origins.get(after.lineage)
    if previous is not None and head.get(previous) is None:
        return _file(path, previous, FileStatus.RENAMED, base.get(previous), after)
    source = _source(base, after.lineage, origins)
    if source is not None:
        return _file(path, source, FileStatus.COPIED, base.get(source), after)
    return _file(path, None, FileStatus.ADDED, None, after)


def _source(base: Tree, lineage: Lineage, origins: dict[Lineage, str]) -> str | None:
    """The path in `base` of the file that this one was copied from, also indirectly."""
    while lineage.source is not None:
        lineage = lineage.source
        found = origins.get(lineage) or next(
            (path for path, entry in base.ground.items() if entry.lineage is lineage), None
        )
        if found is not None and base.get(found) is not None:
            return found
    return None


def _is_unchanged(before: Entry, after: Entry) -> bool:
    return before.mode == after.mode and _patch(before.content, after.content) == Patch(None, 0, 0)


def _change_status(before: Entry, after: Entry) -> FileStatus:
    return FileStatus.MODIFIED if before.mode[_KIND] == after.mode[_KIND] else FileStatus.RETYPED


def _patch(before: Content, after: Content) -> Patch | None:
    """None if one of them is binary and they differ."""
    if before is after:
        return Patch(None, 0, 0)
    return diff_texts(before, after) if isinstance(before, Text) and isinstance(after, Text) else None


def _file(
    path: str, previous: str | None, status: FileStatus, before: Entry | None, after: Entry | None
) -> File:
    old: Content = before.content if before else _EMPTY
    new: Content = after.content if after else _EMPTY
    patch = _replacement(old, new) if status is FileStatus.RETYPED else _patch(old, new)
    modes = before and before.mode, after and after.mode
    absent = reason(status, binary=patch is None, mode_changed=modes[0] != modes[1])
    text, additions, deletions = patch or (None, 0, 0)
    return File(
        path=path,
        previous=previous,
        status=status,
        additions=additions,
        deletions=deletions,
        before=modes[0],
        after=modes[1],
        patch=text,
        absent=absent if text is None else None,
    )


def _replacement(old: Content, new: Content) -> Patch | None:
    """Removes all of `old` and adds all of `new`: git's diff of a path whose type changed."""
    removal, addition = _patch(old, _EMPTY), _patch(_EMPTY, new)
    if removal is None or addition is None:
        return None
    return Patch(f"{removal.text or ''}{addition.text or ''}" or None, addition.additions, removal.deletions)
