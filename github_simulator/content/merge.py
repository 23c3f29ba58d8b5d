"""Merges one branch into another, line by line."""

from collections.abc import Sequence

from github_simulator.content.ledger import Conflict
from github_simulator.content.lines import Line, Text
from github_simulator.content.tree import Entry, Tree


def merge_trees(base: Tree, ahead: Tree, head: Tree) -> Tree:
    """`head` with the changes from `base` to `ahead`. Raises `Conflict` if both changed the same lines.

    The merged files share their lines with `ahead`, so that the two differ only by the changes of `head`.
    """
    merged = Tree(ahead.ground, dict(head.changed))
    for path in sorted({*ahead.changed, *base.changed}):
        before, theirs, ours = base.get(path), ahead.get(path), head.get(path)
        if theirs is before:
            continue
        merged.changed[path] = theirs if ours is before else _merge(path, before, theirs, ours)
    return merged


def _merge(path: str, before: Entry | None, theirs: Entry | None, ours: Entry | None) -> Entry:
    contents = [entry.content if entry else None for entry in (before, theirs, ours)]
    base, ahead, head = contents
    if ours is None or not (isinstance(base, Text) and isinstance(ahead, Text) and isinstance(head, Text)):
        raise Conflict(f"{path}: both branches changed the file, and not only its lines")
    return Entry(_merge_lines(path, base, ahead, head), ours.mode, ours.lineage)


def _merge_lines(path: str, base: Text, ahead: Text, head: Text) -> Text:
    old, new = base.lines, ahead.lines
    removed = {id(line) for line in old} - {id(line) for line in new}
    added = _runs(old, new)
    lines = list(added.pop(None, ()))
    for line in head.lines:
        if id(line) in removed:
            removed.remove(id(line))
            continue
        lines.append(line)
        lines += added.pop(id(line), ())
    if removed or added:
        raise Conflict(f"{path}: both branches changed the same lines")
    return Text(tuple(lines), head.tail, len(head.tail.lines) if head.tail else 0)


def _runs(old: Sequence[Line], new: Sequence[Line]) -> dict[int | None, list[Line]]:
    """The lines that only `new` has, by the shared line before them; None: at the start."""
    kept = {id(line) for line in old}
    runs: dict[int | None, list[Line]] = {}
    before: int | None = None
    for line in new:
        if id(line) in kept:
            before = id(line)
        else:
            runs.setdefault(before, []).append(line)
    return runs
