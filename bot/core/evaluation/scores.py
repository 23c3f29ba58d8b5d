"""Computes scores for the reviews of a dataset."""

from collections.abc import Callable, Iterable, Sequence

from pydantic import Field

from bot.core.diff import Anchors
from bot.core.evaluation.dataset import Case
from bot.core.evaluation.matching import FindingMatch
from bot.core.llm.messages import Usage
from bot.core.review import Finding, Review, Severity
from bot.core.value import Value


class Judged(Value):
    """A case with its review, the matched findings, and the cost."""

    case: Case
    review: Review
    pairs: tuple[FindingMatch, ...]
    usage: Usage = Usage(prompt=0, answer=0)
    seconds: float = 0.0

    @property
    def missed(self) -> Sequence[int]:
        """The indices of the golden comments without a matching finding."""
        made = {pair.golden for pair in self.pairs}
        return [at for at in range(len(self.case.golden)) if at not in made]

    @property
    def wrong(self) -> Sequence[Finding]:
        """The findings without a golden comment, except for nits."""
        right = {pair.finding for pair in self.pairs}
        found = enumerate(self.review.findings)
        return [finding for at, finding in found if at not in right and finding.severity is not Severity.NIT]


class Score(Value):
    """The score over all pull requests. Ratios are 0 to 1, and None if the denominator is 0.

    Expected nits count for recall; other nits do not reduce precision, because they are never posted inline.
    `spotless` is the share of clean pull requests without findings other than nits.
    """

    name: str
    pulls: int
    golden: int
    findings: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None
    per_pull: float | None
    anchors: float | None = Field(description="Share of the findings on lines that GitHub takes.")
    spotless: float | None
    usage: Usage
    seconds: float


def score(name: str, judged: Sequence[Judged]) -> Score:
    """The score of `judged`, called `name`."""
    right = sum(len(one.pairs) for one in judged)
    wrong = sum(len(one.wrong) for one in judged)
    golden = sum(len(one.case.golden) for one in judged)
    findings = sum(len(one.review.findings) for one in judged)
    precision, recall = _share(right, right + wrong), _share(right, golden)
    clean = [one for one in judged if one.case.is_clean]
    return Score(
        name=name,
        pulls=len(judged),
        golden=golden,
        findings=findings,
        right=right,
        precision=precision,
        recall=recall,
        f1=_harmonic(precision, recall),
        per_pull=_share(right + wrong, len(judged)),
        anchors=_share(sum(_anchored(one) for one in judged), findings),
        spotless=_share(sum(not one.wrong for one in clean), len(clean)),
        usage=sum((one.usage for one in judged), Usage(prompt=0, answer=0)),
        seconds=sum(one.seconds for one in judged),
    )


def by(key: Callable[[Case], str], judged: Iterable[Judged]) -> list[Score]:
    """A score for each value of `key`, in alphabetical order."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one.case), []).append(one)
    return [score(name, groups[name]) for name in sorted(groups)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _harmonic(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return None
    return 2 * one * other / (one + other) if one + other else 0.0


def _anchored(judged: Judged) -> int:
    """How many of the findings are on lines that the diff shows."""
    anchors = {file.path: Anchors(file.patch) for file in judged.case.change().files}
    return sum(
        finding.path in anchors and anchors[finding.path].admits(finding.line, finding.end, finding.side)
        for finding in judged.review.findings
    )
