"""Compares two results of the same dataset, finding by finding, with the significance of the difference.

The intervals and probabilities are those of a paired bootstrap over the pull requests: both runs are scored
again on pull requests that are drawn with replacement.
"""

from collections.abc import Callable, Iterable, Sequence
from random import Random

from pydantic import Field

from bot.core.errors import Refused
from bot.core.evaluation.dataset import Golden
from bot.core.evaluation.matching import NEAR, words_alike
from bot.core.evaluation.results import CaseReview, RunHeader
from bot.core.review import Finding
from bot.core.value import Value

SAMPLES = 5000
_SEED = 1
_SAME = 0.5  # share of common words of two findings that say the same

Counts = tuple[int, int, int]  # right, findings, golden


class MeasureDifference(Value):
    """The value of a measure in both runs, and the 95 % interval of the difference.

    `p` is the two-sided probability of a difference at least this large if the runs do not differ.
    """

    name: str
    first: float
    second: float
    low: float
    high: float
    p: float


class GoldenChange(Value):
    """A golden comment that one run finds more often than the other. `first` and `second` count reviews."""

    case: str
    golden: Golden
    first: int
    second: int


class WrongChange(Value):
    """A finding without a golden comment that one run has more often than the other."""

    case: str
    finding: Finding
    first: int
    second: int


class RunComparison(Value):
    """`cases` are the pull requests in both runs; `only_first` and `only_second` are in one of them."""

    differences: tuple[MeasureDifference, ...]
    golden: tuple[GoldenChange, ...]
    wrong: tuple[WrongChange, ...]
    cases: int = Field(ge=1)
    repetitions: tuple[int, int]
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()


def compare(
    first: tuple[RunHeader, Sequence[CaseReview]], second: tuple[RunHeader, Sequence[CaseReview]]
) -> RunComparison:
    """Compares `second` with `first`. Raises `Refused` if they have no pull request in common."""
    before, after = _by_case(first[1]), _by_case(second[1])
    common = [case for case in before if case in after]
    if not common:
        raise Refused("the two results have no pull request in common")
    for case in common:
        if before[case][0].golden != after[case][0].golden:
            raise Refused(f"{case}: the golden comments differ; evaluate both with the same dataset")
    return RunComparison(
        differences=tuple(
            _differences(
                [_counts(before[case]) for case in common], [_counts(after[case]) for case in common]
            )
        ),
        golden=tuple(change for case in common for change in _golden_changes(before[case], after[case])),
        wrong=tuple(change for case in common for change in _wrong_changes(before[case], after[case])),
        cases=len(common),
        repetitions=(_repetitions(first[1]), _repetitions(second[1])),
        only_first=tuple(sorted(set(before) - set(after))),
        only_second=tuple(sorted(set(after) - set(before))),
    )


def _by_case(reviews: Iterable[CaseReview]) -> dict[str, list[CaseReview]]:
    cases: dict[str, list[CaseReview]] = {}
    for review in reviews:
        cases.setdefault(review.case, []).append(review)
    return cases


def _repetitions(reviews: Iterable[CaseReview]) -> int:
    return max(review.repetition for review in reviews)


# ── measures ────────────────────────────────────────────────────────────────────────────────────


def _counts(reviews: Sequence[CaseReview]) -> Counts:
    return (
        sum(len(review.pairs) for review in reviews),
        sum(len(review.findings) for review in reviews),
        sum(len(review.golden) for review in reviews),
    )


def _precision(counts: Counts) -> float:
    return counts[0] / counts[1] if counts[1] else 0.0


def _recall(counts: Counts) -> float:
    return counts[0] / counts[2] if counts[2] else 0.0


def _f1(counts: Counts) -> float:
    return 2 * counts[0] / (counts[1] + counts[2]) if counts[1] + counts[2] else 0.0


_MEASURES: tuple[tuple[str, Callable[[Counts], float]], ...] = (
    ("precision", _precision),
    ("recall", _recall),
    ("F1", _f1),
)


def _differences(first: Sequence[Counts], second: Sequence[Counts]) -> list[MeasureDifference]:
    random = Random(_SEED)  # noqa: S311 - not for secrets
    drawn: list[list[float]] = [[] for _ in _MEASURES]
    for _ in range(SAMPLES):
        sample = random.choices(range(len(first)), k=len(first))
        before, after = _sum(first[at] for at in sample), _sum(second[at] for at in sample)
        for values, (_, measure) in zip(drawn, _MEASURES, strict=True):
            values.append(measure(after) - measure(before))
    return [
        _difference(name, measure(_sum(first)), measure(_sum(second)), sorted(values))
        for values, (name, measure) in zip(drawn, _MEASURES, strict=True)
    ]


def _difference(name: str, first: float, second: float, drawn: Sequence[float]) -> MeasureDifference:
    below, above = sum(value <= 0 for value in drawn), sum(value >= 0 for value in drawn)
    return MeasureDifference(
        name=name,
        first=first,
        second=second,
        low=drawn[int(0.025 * len(drawn))],
        high=drawn[int(0.975 * len(drawn))],
        p=min(1.0, 2 * min(below, above) / len(drawn)),
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    right, findings, golden = 0, 0, 0
    for one in counts:
        right, findings, golden = right + one[0], findings + one[1], golden + one[2]
    return right, findings, golden


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def _golden_changes(first: Sequence[CaseReview], second: Sequence[CaseReview]) -> list[GoldenChange]:
    changes = []
    for at, golden in enumerate(first[0].golden):
        before, after = (sum(at in review.found for review in reviews) for reviews in (first, second))
        if before / len(first) != after / len(second):
            changes.append(GoldenChange(case=first[0].case, golden=golden, first=before, second=after))
    return changes


def _wrong_changes(first: Sequence[CaseReview], second: Sequence[CaseReview]) -> list[WrongChange]:
    clusters: list[tuple[Finding, list[int]]] = []
    for which, reviews in enumerate((first, second)):
        for finding in (finding for review in reviews for finding in review.wrong):
            counts = next((counts for known, counts in clusters if _is_same(known, finding)), None)
            if counts is None:
                clusters.append((finding, counts := [0, 0]))
            counts[which] += 1
    return [
        WrongChange(case=first[0].case, finding=finding, first=counts[0], second=counts[1])
        for finding, counts in clusters
        if counts[0] / len(first) != counts[1] / len(second)
    ]


def _is_same(first: Finding, second: Finding) -> bool:
    is_near = first.path == second.path and abs(first.line - second.line) <= NEAR
    return is_near and words_alike(f"{first.title} {first.body}", f"{second.title} {second.body}") >= _SAME
