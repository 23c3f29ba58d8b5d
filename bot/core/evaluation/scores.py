"""Computes scores for the reviews of a dataset."""

from collections.abc import Callable, Sequence
from statistics import fmean

from pydantic import Field

from bot.core.evaluation.dataset import Golden
from bot.core.evaluation.results import CaseReview, above
from bot.core.llm.messages import Usage
from bot.core.value import Value

_SIZES = ((20, "1-20 lines"), (80, "21-80 lines"), (300, "81-300 lines"))
_LARGER = "over 300 lines"
_BARS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
UNKNOWN = "unknown"


class Ratio(Value):
    """A ratio from 0 to 1: its mean over the repetitions, and the lowest and highest value."""

    mean: float
    low: float
    high: float


class Score(Value):
    """The score over all pull requests. Ratios are None if the denominator is 0.

    Every finding without a golden comment counts against precision, nits as well. `spotless` is the share of
    clean pull requests without findings other than nits. Counts are of all repetitions.
    """

    name: str
    repetitions: int
    pulls: int
    golden: int
    findings: int
    right: int
    precision: Ratio | None
    recall: Ratio | None
    f1: Ratio | None
    per_pull: float | None
    anchors: float | None = Field(description="Share of the findings on lines that GitHub accepts.")
    spotless: Ratio | None
    usage: Usage
    requests: int
    seconds: float


class RecallSlice(Value):
    """The recall of a part of the golden comments. Precision cannot be divided this way."""

    name: str
    golden: int
    right: int
    recall: Ratio | None


def score(name: str, reviews: Sequence[CaseReview]) -> Score:
    """The score of `reviews`, called `name`."""
    rounds = _by_repetition(reviews)
    findings = sum(len(review.findings) for review in reviews)
    return Score(
        name=name,
        repetitions=len(rounds),
        pulls=len({review.case for review in reviews}),
        golden=sum(len(review.golden) for review in reviews),
        findings=findings,
        right=sum(len(review.pairs) for review in reviews),
        precision=_ratio([_precision(each) for each in rounds]),
        recall=_ratio([_recall(each) for each in rounds]),
        f1=_ratio([_harmonic(_precision(each), _recall(each)) for each in rounds]),
        per_pull=_share(sum(len(review.findings) for review in reviews), len(reviews)),
        anchors=_share(sum(review.anchored for review in reviews), findings),
        spotless=_ratio([_spotless(each) for each in rounds]),
        usage=sum((review.usage for review in reviews), Usage(prompt=0, answer=0)),
        requests=sum(review.requests for review in reviews),
        seconds=sum(review.seconds for review in reviews),
    )


def by(key: Callable[[CaseReview], str], reviews: Sequence[CaseReview]) -> list[Score]:
    """A score for each value of `key`, in alphabetical order."""
    names = sorted({key(review) for review in reviews})
    return [score(name, [review for review in reviews if key(review) == name]) for name in names]


def by_language(reviews: Sequence[CaseReview]) -> list[Score]:
    return by(lambda review: review.language or UNKNOWN, reviews)


def by_size(reviews: Sequence[CaseReview]) -> list[Score]:
    """A score for each class of changed lines, the smallest first."""
    order = [*(name for _, name in _SIZES), _LARGER]
    return sorted(by(_size, reviews), key=lambda row: order.index(row.name))


def by_confidence(reviews: Sequence[CaseReview]) -> list[Score]:
    """A score for each bar of confidence below which the model's findings would not be posted."""
    return [score(f"{bar:.2f}", [above(bar, review) for review in reviews]) for bar in _BARS]


def best_bar(rows: Sequence[Score]) -> str | None:
    """The bar with the best F1, of equals the highest; None if no finding matches."""
    scored = [(row.f1.mean, row.name) for row in rows if row.f1 and row.f1.mean]
    return max(scored)[1] if scored else None


def by_category(reviews: Sequence[CaseReview]) -> list[RecallSlice]:
    return _recall_by(lambda golden: golden.category or UNKNOWN, reviews)


def by_needs(reviews: Sequence[CaseReview]) -> list[RecallSlice]:
    """By what a reader must see to find the defect."""
    return _recall_by(lambda golden: golden.needs.value if golden.needs else UNKNOWN, reviews)


def _recall_by(key: Callable[[Golden], str], reviews: Sequence[CaseReview]) -> list[RecallSlice]:
    names = sorted({key(golden) for review in reviews for golden in review.golden})
    return [_recall_slice(name, key, reviews) for name in names]


def _recall_slice(name: str, key: Callable[[Golden], str], reviews: Sequence[CaseReview]) -> RecallSlice:
    """The recall of the golden comments whose `key` is `name`."""
    counts = []
    for each in _by_repetition(reviews):
        found = [
            at in review.found
            for review in each
            for at, golden in enumerate(review.golden)
            if key(golden) == name
        ]
        counts.append((sum(found), len(found)))
    return RecallSlice(
        name=name,
        golden=sum(golden for _, golden in counts),
        right=sum(right for right, _ in counts),
        recall=_ratio([_share(right, golden) for right, golden in counts]),
    )


def _by_repetition(reviews: Sequence[CaseReview]) -> list[list[CaseReview]]:
    numbers = sorted({review.repetition for review in reviews})
    return [[review for review in reviews if review.repetition == number] for number in numbers]


def _size(review: CaseReview) -> str:
    return next((name for most, name in _SIZES if review.changed <= most), _LARGER)


def _precision(reviews: Sequence[CaseReview]) -> float | None:
    return _share(_right(reviews), sum(len(review.findings) for review in reviews))


def _recall(reviews: Sequence[CaseReview]) -> float | None:
    return _share(_right(reviews), sum(len(review.golden) for review in reviews))


def _right(reviews: Sequence[CaseReview]) -> int:
    return sum(len(review.pairs) for review in reviews)


def _spotless(reviews: Sequence[CaseReview]) -> float | None:
    clean = [review for review in reviews if review.is_clean]
    return _share(sum(not review.disturbing for review in clean), len(clean))


def _ratio(values: Sequence[float | None]) -> Ratio | None:
    known = [value for value in values if value is not None]
    return Ratio(mean=fmean(known), low=min(known), high=max(known)) if known else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _harmonic(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return None
    return 2 * first * second / (first + second) if first + second else 0.0
