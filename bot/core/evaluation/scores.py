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
        matched = {pair.golden for pair in self.pairs}
        return [at for at in range(len(self.case.golden)) if at not in matched]

    @property
    def wrong(self) -> Sequence[Finding]:
        """The findings without a golden comment, except for nits."""
        matched = {pair.finding for pair in self.pairs}
        findings = enumerate(self.review.findings)
        return [
            finding for at, finding in findings if at not in matched and finding.severity is not Severity.NIT
        ]


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
    right = sum(len(result.pairs) for result in judged)
    wrong = sum(len(result.wrong) for result in judged)
    golden = sum(len(result.case.golden) for result in judged)
    findings = sum(len(result.review.findings) for result in judged)
    precision, recall = _share(right, right + wrong), _share(right, golden)
    clean = [result for result in judged if result.case.is_clean]
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
        anchors=_share(sum(_anchored(result) for result in judged), findings),
        spotless=_share(sum(not result.wrong for result in clean), len(clean)),
        usage=sum((result.usage for result in judged), Usage(prompt=0, answer=0)),
        seconds=sum(result.seconds for result in judged),
    )


def by(key: Callable[[Case], str], judged: Iterable[Judged]) -> list[Score]:
    """A score for each value of `key`, in alphabetical order."""
    groups: dict[str, list[Judged]] = {}
    for result in judged:
        groups.setdefault(key(result.case), []).append(result)
    return [score(name, groups[name]) for name in sorted(groups)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _harmonic(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return None
    return 2 * first * second / (first + second) if first + second else 0.0


def _anchored(judged: Judged) -> int:
    """How many of the findings are on lines that the diff shows."""
    anchors = {file.path: Anchors(file.patch) for file in judged.case.change().files}
    return sum(
        finding.path in anchors and anchors[finding.path].admits(finding.line, finding.end, finding.side)
        for finding in judged.review.findings
    )
