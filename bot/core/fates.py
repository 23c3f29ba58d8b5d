"""Sorts what a review found by what is known of the pull request: new, known, fixed, back, unwanted."""

from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.core.change import Change, File, Status
from bot.core.fingerprint import Anchored, anchor
from bot.core.likeness import Unwanted, pair
from bot.core.review import Finding, Review
from bot.core.shown import Shown
from bot.core.tracking import Dismissal, Fate, Known


class State(StrEnum):
    """`back`: it was fixed, and this head has it again."""

    FRESH = "fresh"
    STANDING = "standing"
    BACK = "back"


class Tracked(NamedTuple):
    """A finding of this review with what is known of it from now on."""

    finding: Finding
    known: Known
    state: State


class Sorted(NamedTuple):
    """`tracked` is in the review's order, without the findings that somebody dismissed: these are `silent`.

    `fixed` is what this head has fixed, `lasting` what still stands on its line although this review says
    nothing of it. `changed` is all that has to be remembered.
    """

    tracked: tuple[Tracked, ...] = ()
    silent: tuple[Finding, ...] = ()
    fixed: tuple[Known, ...] = ()
    lasting: tuple[Known, ...] = ()
    changed: tuple[Known, ...] = ()

    @property
    def open(self) -> tuple[Known, ...]:
        return (*(one.known for one in self.tracked), *self.lasting)


def sort(
    change: Change,
    review: Review,
    known: Sequence[Known],
    dismissals: Sequence[Dismissal] = (),
    moved_off: Container[str] = (),
) -> Sorted:
    """`known` is all that was ever found in the pull request, `dismissals` are its repository's.

    `moved_off` are the fingerprints whose lines, by GitHub's account, have changed: for those of which it is
    not known how their lines read.
    """
    files = {file.path: file for file in change.files}
    unwanted = Unwanted(dismissals)
    known = [_dismissed(one) if unwanted.has_known(one) else one for one in known]
    found = anchor(review.findings, files)
    pairs = pair(known, found, files)
    tracked: list[Tracked] = []
    silent: list[Finding] = []
    for one in found:
        before = pairs.get(one.key)
        if (before and before.fate is Fate.DISMISSED) or unwanted.has(one):
            silent.append(one.finding)
        else:
            tracked.append(_tracked(one, before, change.head))
    again = {one.fingerprint for one in pairs.values()}
    left = [one for one in known if one.fingerprint not in again]
    fixed, lasting = _others(_Gone(change, review, moved_off), left, change.head)
    dismissed = [one for one in known if one.fate is Fate.DISMISSED]
    changed = (*(one.known for one in tracked), *dismissed, *fixed)
    return Sorted(tuple(tracked), tuple(silent), tuple(fixed), tuple(lasting), changed)


def _dismissed(known: Known) -> Known:
    return known.model_copy(update={"fate": Fate.DISMISSED})


def _tracked(found: Anchored, before: Known | None, head: str) -> Tracked:
    finding = found.finding
    named = {"category": finding.category, "title": finding.title}
    now: dict[str, object] = {
        "path": finding.path,
        "side": finding.side,
        "text": found.text,
        "around": found.around,
        "severity": finding.severity.value,
    }
    if before is None:
        known = Known.model_validate({"fingerprint": found.key, "seen": head, **named, **now})
        return Tracked(finding, known, State.FRESH)
    if not before.seen:  # only its thread told of it
        now |= {**named, "seen": head}
    if before.fate is Fate.FIXED:
        now |= {"fate": Fate.OPEN, "returned": head}
    after = before.model_copy(update=now)
    return Tracked(finding, after, State.BACK if after.returned == head else State.STANDING)


def _others(gone: "_Gone", known: Iterable[Known], head: str) -> tuple[list[Known], list[Known]]:
    """What this review did not find again: what is fixed, and what stands as it stood."""
    fixed: list[Known] = []
    lasting: list[Known] = []
    for one in known:
        if one.fate is Fate.FIXED and one.closed == head:  # the same head is reviewed again
            fixed.append(one)
        elif one.fate is Fate.OPEN and gone.has(one):
            fixed.append(one.model_copy(update={"fate": Fate.FIXED, "closed": head}))
        elif one.fate is Fate.OPEN:
            lasting.append(one)
    return fixed, lasting


class _Gone:
    """Whether the line of a known finding is gone. A model that only fails to see it again proves nothing,
    and neither does a file that was not read this time.
    """

    def __init__(self, change: Change, review: Review, moved_off: Container[str]) -> None:
        self._files: Mapping[str, File] = _by_any_name(change.files)
        self._read = {entry.path for entry in review.coverage if entry.reviewed}
        self._moved_off = moved_off
        self._is_whole = not change.unlisted_files
        self._shown: dict[str, Shown] = {}

    def has(self, known: Known) -> bool:
        file = self._files.get(known.path)
        if file is None:
            return self._is_whole  # else it may be among the files that were not listed
        if file.path not in self._read or _is_cut(file):
            return False
        if not known.text:
            return known.fingerprint in self._moved_off
        shown = self._shown.setdefault(file.path, Shown(file))
        return not shown.has(known.side, known.text, known.around)


def _is_cut(file: File) -> bool:
    """Whether only a part of the file's diff is shown."""
    return file.patch is not None and file.absent is not None


def _by_any_name(files: Iterable[File]) -> dict[str, File]:
    """By path, and by the path that it was renamed from where no other file has it now."""
    files = tuple(files)
    renamed = [file for file in files if file.status is Status.RENAMED]
    return {file.previous or "": file for file in renamed} | {file.path: file for file in files}
