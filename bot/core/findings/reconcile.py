"""Reconciles the findings of a review with earlier ones: new, open, reintroduced, fixed or dismissed."""

from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.core.change import Change, File, FileStatus
from bot.core.findings.fingerprint import AnchoredFinding, anchor, apart
from bot.core.findings.similarity import DismissalMatcher, pair
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding, is_grave
from bot.core.findings.visible_lines import VisibleLines
from bot.core.review import Finding, Review


class MatchState(StrEnum):
    """How a finding matches earlier ones. `back`: it was fixed, and this head reintroduces it."""

    FRESH = "fresh"
    STANDING = "standing"
    BACK = "back"


class MatchedFinding(NamedTuple):
    """A finding of this review with its updated tracking record."""

    finding: Finding
    known: TrackedFinding
    state: MatchState


class Reconciliation(NamedTuple):
    """`tracked` is in the review's order, without the dismissed findings, which are `silent`.

    `fixed` are the findings that this head has fixed, `lasting` those whose lines are unchanged although this
    review does not repeat them. `changed` are all records to save.
    """

    tracked: tuple[MatchedFinding, ...] = ()
    silent: tuple[Finding, ...] = ()
    fixed: tuple[TrackedFinding, ...] = ()
    lasting: tuple[TrackedFinding, ...] = ()
    changed: tuple[TrackedFinding, ...] = ()

    @property
    def open(self) -> tuple[TrackedFinding, ...]:
        return (*(match.known for match in self.tracked), *self.lasting)


def reconcile(
    change: Change,
    review: Review,
    known: Sequence[TrackedFinding],
    dismissals: Sequence[Dismissal] = (),
    moved_off: Container[str] = (),
) -> Reconciliation:
    """Matches the findings of `review` with `known`, all earlier findings of the pull request, and the
    `dismissals` of its repository. A dismissal silences a critical finding, or one about security, only at
    its own place.

    `moved_off` are the fingerprints of findings whose lines have changed according to GitHub. It decides for
    findings whose line text is unknown.
    """
    files = {file.path: file for file in change.files}
    unwanted = DismissalMatcher(dismissals)
    known = [_decided(entry, unwanted) for entry in known]
    found = [
        apart(anchored) if unwanted.is_elsewhere(anchored) else anchored
        for anchored in anchor(review.findings, files)
    ]
    pairs = pair(known, found, files)
    tracked: list[MatchedFinding] = []
    silent: list[Finding] = []
    for anchored in found:
        before = pairs.get(anchored.key)
        is_dismissed = before is not None and before.fate is FindingStatus.DISMISSED
        grave = is_grave(anchored.finding.severity, anchored.finding.category)
        if unwanted.has(anchored) or (is_dismissed and not grave):
            silent.append(anchored.finding)
        else:
            tracked.append(_tracked(anchored, None if is_dismissed else before, change.head))
    matched = {entry.fingerprint for entry in pairs.values()}
    unmatched = [entry for entry in known if entry.fingerprint not in matched]
    fixed, lasting = _others(_VanishedLines(change, review, moved_off), unmatched, change.head)
    dismissed = [entry for entry in known if entry.fate is FindingStatus.DISMISSED]
    changed = (*(match.known for match in tracked), *dismissed, *fixed)
    return Reconciliation(tuple(tracked), tuple(silent), tuple(fixed), tuple(lasting), changed)


def _decided(known: TrackedFinding, unwanted: DismissalMatcher) -> TrackedFinding:
    """The finding with its status by the present dismissals: one that was taken back is open again."""
    if unwanted.has_known(known):
        return known.model_copy(update={"fate": FindingStatus.DISMISSED})
    is_reopened = known.fate is FindingStatus.DISMISSED
    return known.model_copy(update={"fate": FindingStatus.OPEN}) if is_reopened else known


def _tracked(found: AnchoredFinding, before: TrackedFinding | None, head: str) -> MatchedFinding:
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
        known = TrackedFinding.model_validate({"fingerprint": found.key, "seen": head, **named, **now})
        return MatchedFinding(finding, known, MatchState.FRESH)
    if not before.seen:  # known only from its thread
        now |= {**named, "seen": head}
    if before.fate is FindingStatus.FIXED:
        now |= {"fate": FindingStatus.OPEN, "returned": head}
    after = before.model_copy(update=now)
    return MatchedFinding(finding, after, MatchState.BACK if after.returned == head else MatchState.STANDING)


def _others(
    vanished: "_VanishedLines", known: Iterable[TrackedFinding], head: str
) -> tuple[list[TrackedFinding], list[TrackedFinding]]:
    """The findings that this review does not repeat: the fixed ones and the unchanged ones."""
    fixed: list[TrackedFinding] = []
    lasting: list[TrackedFinding] = []
    for entry in known:
        if entry.fate is FindingStatus.FIXED and entry.closed == head:  # the same head is reviewed again
            fixed.append(entry)
        elif entry.fate is FindingStatus.OPEN and vanished.has(entry):
            fixed.append(entry.model_copy(update={"fate": FindingStatus.FIXED, "closed": head}))
        elif entry.fate is FindingStatus.OPEN:
            lasting.append(entry)
    return fixed, lasting


class _VanishedLines:
    """Whether the line of a known finding has vanished. A finding that the model does not repeat, or whose
    file was not reviewed this time, does not count as fixed.
    """

    def __init__(self, change: Change, review: Review, moved_off: Container[str]) -> None:
        self._files: Mapping[str, File] = _by_any_name(change.files)
        self._read = {entry.path for entry in review.coverage if entry.reviewed}
        self._moved_off = moved_off
        self._is_whole = not change.unlisted_files
        self._shown: dict[str, VisibleLines] = {}

    def has(self, known: TrackedFinding) -> bool:
        file = self._files.get(known.path)
        if file is None:
            return self._is_whole  # otherwise it may be among the unlisted files
        if file.path not in self._read or _is_cut(file):
            return False
        if not known.text:
            return known.fingerprint in self._moved_off
        shown = self._shown.setdefault(file.path, VisibleLines(file))
        return not shown.has(known.side, known.text, known.around)


def _is_cut(file: File) -> bool:
    """Whether only part of the file's diff is available."""
    return file.patch is not None and file.absent is not None


def _by_any_name(files: Iterable[File]) -> dict[str, File]:
    """Files by path, and by previous path unless another file has that path now."""
    files = tuple(files)
    renamed = [file for file in files if file.status is FileStatus.RENAMED]
    return {file.previous or "": file for file in renamed} | {file.path: file for file in files}
