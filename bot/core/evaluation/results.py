"""Results of an evaluation as a file: a header, and one line for each review, in any order.

The file is complete in itself: `review-bot eval diff` needs no dataset.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from pydantic import Field, ValidationError

from bot.core.diff import Anchors
from bot.core.errors import Refused
from bot.core.evaluation.dataset import Case, Golden
from bot.core.evaluation.matching import FindingMatch
from bot.core.llm.messages import Usage
from bot.core.review import Finding, FindingSource, Severity
from bot.core.value import Value


class RunHeader(Value):
    """What was evaluated. Two runs with equal headers can be continued in one file."""

    dataset: str = Field(description="Name of the dataset file.")
    digest: str = Field(description="SHA-256 of the dataset.")
    model: str = Field(description="Name of the model; none for the rules alone.")
    judge: str = Field(default="", description="Name of the model that compared meanings; empty without.")
    module: str = Field(description="SHA-256 of the review function.")
    settings: str = Field(description="SHA-256 of the settings of reviews and of the prompts.")


class CaseReview(Value):
    """One review of a case with its matches and its cost. `repetition` counts from 1."""

    case: str
    repetition: int = Field(ge=1)
    language: str = ""
    changed: int = Field(ge=0, description="Number of added and removed lines.")
    golden: tuple[Golden, ...] = ()
    findings: tuple[Finding, ...] = ()
    pairs: tuple[FindingMatch, ...] = ()
    anchored: int = Field(ge=0, description="Number of findings on lines that GitHub accepts.")
    problems: tuple[str, ...] = ()
    usage: Usage = Usage(prompt=0, answer=0)
    requests: int = 0
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        return not self.golden

    @property
    def found(self) -> frozenset[int]:
        """The indices of the golden comments with a matching finding."""
        return frozenset(pair.golden for pair in self.pairs)

    @property
    def wrong(self) -> Sequence[Finding]:
        """The findings without a golden comment."""
        matched = {pair.finding for pair in self.pairs}
        return [finding for at, finding in enumerate(self.findings) if at not in matched]

    @property
    def disturbing(self) -> Sequence[Finding]:
        """Of the wrong findings, those that would be posted on lines."""
        return [finding for finding in self.wrong if finding.severity is not Severity.NIT]


def above(bar: float, review: CaseReview) -> CaseReview:
    """The review as it would be if the model's findings with less confidence than `bar` were not posted."""
    kept = [
        at
        for at, finding in enumerate(review.findings)
        if finding.source is FindingSource.SIGNAL or finding.confidence >= bar
    ]
    moved = {at: new for new, at in enumerate(kept)}
    pairs = [pair for pair in review.pairs if pair.finding in moved]
    return review.model_copy(
        update={
            "findings": tuple(review.findings[at] for at in kept),
            "pairs": tuple(pair._replace(finding=moved[pair.finding]) for pair in pairs),
            "anchored": min(review.anchored, len(kept)),
        }
    )


def assess(
    case: Case,
    findings: Sequence[Finding],
    pairs: Sequence[FindingMatch],
    *,
    repetition: int = 1,
    usage: Usage | None = None,
    requests: int = 0,
    seconds: float = 0.0,
    problems: Sequence[str] = (),
) -> CaseReview:
    """The findings about `case`, with the facts that scores need."""
    files = case.change().files
    anchors = {file.path: Anchors(file.patch) for file in files}
    return CaseReview(
        case=case.id,
        repetition=repetition,
        language=case.language,
        changed=sum(file.additions + file.deletions for file in files),
        golden=case.golden,
        findings=tuple(findings),
        pairs=tuple(pairs),
        anchored=sum(
            finding.path in anchors and anchors[finding.path].admits(finding.line, finding.end, finding.side)
            for finding in findings
        ),
        problems=tuple(problems),
        usage=usage or Usage(prompt=0, answer=0),
        requests=requests,
        seconds=seconds,
    )


def write_header(header: RunHeader) -> str:
    """The first line of a results file."""
    return json.dumps({"evaluation": header.model_dump(mode="json")}) + "\n"


def write_review(review: CaseReview) -> str:
    """A line of a results file."""
    return review.model_dump_json(exclude_defaults=True) + "\n"


def read_results(lines: Iterable[str], name: str) -> tuple[RunHeader, list[CaseReview]]:
    """The header and reviews of a results file called `name`. A last line that was cut off is left out.

    Raises `Refused`, which names the line.
    """
    numbered = iter(enumerate(lines, 1))
    header = _read_header(next(numbered, (1, ""))[1], name)
    return header, list(_read_reviews(numbered, name))


def _read_header(line: str, name: str) -> RunHeader:
    try:
        return RunHeader.model_validate(json.loads(line)["evaluation"])
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{name}:1: this is not a results file of `review-bot eval run --out`") from None


def _read_reviews(lines: Iterator[tuple[int, str]], name: str) -> Iterator[CaseReview]:
    for number, line in lines:
        if not line.endswith("\n"):  # the run was killed while it wrote this line
            return
        try:
            yield CaseReview.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise Refused(f"{name}:{number}: {first['msg']}") from None
