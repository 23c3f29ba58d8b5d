"""Applies a commit's diff to a tree."""

from collections.abc import Sequence

from bot.core.change import File, FileStatus
from bot.core.diff import Hunk, parse_patch
from bot.core.diff.no_patch import BINARY
from github_simulator.content.ledger import Conflict, Ledger
from github_simulator.content.lines import Binary, Content, Text
from github_simulator.content.patch import added_lines, apply_patch
from github_simulator.content.tree import REGULAR, Entry, Lineage, Tree, unseen_file


def commit_files(parent: Tree, files: Sequence[File]) -> Tree:
    """The tree after a commit that changes `files`. Raises `Conflict`, and then changes nothing."""
    step = _Step(parent)
    try:
        for file in files:
            step.apply(file)
    except BaseException:
        step.revert()
        raise
    return step.tree


class _Step:
    """Applies one commit. Old sides come from the parent: all files of a diff change together."""

    def __init__(self, parent: Tree) -> None:
        self._parent = parent
        self._ledger = Ledger()
        self._discovered: list[str] = []
        self._written: set[str] = set()
        self.tree = parent.next()

    def apply(self, file: File) -> None:
        if file.path in self._written:
            raise Conflict(f"{file.path}: the diff changes this file twice")
        self._written.add(file.path)
        if file.status is FileStatus.ADDED:
            self._add(file)
        elif file.status is FileStatus.REMOVED:
            self._remove(file)
        else:
            self._change(file)

    def revert(self) -> None:
        self._ledger.revert()
        for path in self._discovered:
            del self._parent.ground[path]

    def _add(self, file: File) -> None:
        if self._parent.get(file.path) is not None:
            raise Conflict(f"{file.path}: the diff adds a file that already exists")
        content = Binary() if file.absent == BINARY else added_lines(_hunks(file))
        self.tree.changed[file.path] = Entry(content, file.after or REGULAR)

    def _remove(self, file: File) -> None:
        entry = self._old(file.path, file.before)
        if file.patch is not None:
            remaining = self._patched(file, entry.content)
            if isinstance(remaining, Text) and remaining.lines:
                raise Conflict(f"{file.path}: the diff removes the file, but not all of its lines")
        self._drop(file.path)

    def _change(self, file: File) -> None:
        source = file.previous or file.path
        entry = self._old(source, file.before)
        if file.path != source and self.tree.get(file.path) is not None:
            raise Conflict(f"{file.path}: the diff moves a file to a path that already exists")
        if file.status is FileStatus.RENAMED:
            self._drop(source)
        copied = file.status is FileStatus.COPIED
        lineage = Lineage(entry.lineage) if copied else entry.lineage
        self.tree.changed[file.path] = Entry(self._content(file, entry), file.after or entry.mode, lineage)

    def _content(self, file: File, entry: Entry) -> Content:
        if file.absent == BINARY:
            return Binary()
        if file.status is FileStatus.RETYPED:
            self._patched(file.model_copy(update={"patch": _removal_part(file)}), entry.content)
            return added_lines(_hunks(file))
        return self._patched(file, entry.content) if file.patch is not None else entry.content

    def _patched(self, file: File, content: Content) -> Content:
        hunks = _hunks(file)
        if isinstance(content, Binary):
            return added_lines(hunks)
        return apply_patch(file.path, content, hunks, self._ledger)

    def _drop(self, path: str) -> None:
        """Removes `path`, unless the same commit has written another file there."""
        if self.tree.get(path) is self._parent.get(path):
            self.tree.changed[path] = None

    def _old(self, path: str, mode: str | None) -> Entry:
        """The file before this commit; a file that no diff has shown existed from the start."""
        entry = self._parent.get(path)
        if entry is None and path in self._parent.changed:
            raise Conflict(f"{path}: the diff changes a file that an earlier commit removed")
        if entry is None:
            entry = self._parent.ground[path] = unseen_file(mode)
            self._discovered.append(path)
        return entry


def _hunks(file: File) -> tuple[Hunk, ...]:
    return parse_patch(file.patch) if file.patch is not None else ()


def _removal_part(file: File) -> str | None:
    """The part of a retyped file's patch that removes the old content."""
    removal, separator, _ = (file.patch or "").partition("\n@@ -0,0 ")
    return f"{removal}\n" if separator else None
