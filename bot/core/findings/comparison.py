"""Compares two reviews of the same change."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Sequence

from bot.core.review import ChangeNote, Coverage, Finding, Review
from bot.core.value import Value


class ComparedFinding(Value):
    """A finding of both reviews that differs in some fields."""

    before: Finding
    after: Finding


class CoverageChange(Value):
    """A file with different coverage; None: the review has no entry for it."""

    path: str
    before: Coverage | None
    after: Coverage | None


class Difference(Value):
    """The difference from one review to another. `text` is a unified diff of the descriptions of the whole
    change; `fields` are the names of all review fields that differ.
    """

    added: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    changed: tuple[ComparedFinding, ...] = ()
    coverage: tuple[CoverageChange, ...] = ()
    text: str = ""
    fields: tuple[str, ...] = ()


def canonical(review: Review) -> bytes:
    """The review as canonical JSON: equal reviews have equal bytes."""
    return json.dumps(review.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode("ascii")


def digest(review: Review) -> str:
    """The sha256 of the canonical JSON."""
    return hashlib.sha256(canonical(review)).hexdigest()


def compare(before: Review, after: Review) -> Difference:
    pairs, gone, added = _matched(before.findings, after.findings)
    text = difflib.unified_diff(
        words(before).splitlines(), words(after).splitlines(), "before", "after", lineterm=""
    )
    return Difference(
        added=added,
        gone=gone,
        changed=tuple(
            ComparedFinding(before=first, after=second) for first, second in pairs if first != second
        ),
        coverage=_coverage(before.coverage, after.coverage),
        text="\n".join(text),
        fields=tuple(name for name in Review.model_fields if getattr(before, name) != getattr(after, name)),
    )


def words(review: Review) -> str:
    """The descriptions of the change and its files, one item per line."""
    groups = (f"{group.name}: {group.text} ({', '.join(group.paths)})" for group in review.walkthrough)
    parts = (
        ("Purpose", review.purpose.splitlines()),
        ("Major changes", review.majors),
        ("Risks", review.risks),
        ("Walkthrough", groups),
        ("Tests", review.tests.splitlines()),
        ("Diagram", (review.diagram or "").splitlines()),
        ("Commits", map(_noted, review.commits)),
        ("Files", map(_noted, review.notes)),
        ("Effort", [str(review.effort)]),
        ("Problems", review.problems),
    )
    return "\n".join(line for heading, lines in parts for line in _under(heading, lines))


def _under(heading: str, lines: Iterable[str]) -> list[str]:
    kept = [line for line in lines if line]
    return [f"# {heading}", *kept] if kept else []


def _noted(note: ChangeNote) -> str:
    return f"{note.name}: {note.text}"


def _matched(
    before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[list[tuple[Finding, Finding]], tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings of both, matched by lines or else by title; the removed ones; the added ones."""
    pairs: list[tuple[Finding, Finding]] = []
    old, new = list(before), list(after)
    for alike in (_same_place, _same_title):
        for first in tuple(old):
            second = next((finding for finding in new if alike(first, finding)), None)
            if second:
                pairs.append((first, second))
                old.remove(first)
                new.remove(second)
    return pairs, tuple(old), tuple(new)


def _same_place(first: Finding, second: Finding) -> bool:
    return (first.path, first.side, first.line, first.end, first.title) == (
        second.path,
        second.side,
        second.line,
        second.end,
        second.title,
    )


def _same_title(first: Finding, second: Finding) -> bool:
    return (first.path, first.title) == (second.path, second.title)


def _coverage(before: Sequence[Coverage], after: Sequence[Coverage]) -> tuple[CoverageChange, ...]:
    old, new = ({entry.path: entry for entry in entries} for entries in (before, after))
    return tuple(
        CoverageChange(path=path, before=old.get(path), after=new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    )
