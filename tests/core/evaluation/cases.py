"""Cases, findings and reviews for the tests of the evaluation."""

from collections.abc import Sequence

from bot.core.evaluation.dataset import Case, Golden
from bot.core.evaluation.matching import Matcher
from bot.core.evaluation.results import CaseReview, assess
from bot.core.review import Finding, FindingSource, Severity, Side

DIFF = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,3 @@\n one\n-two\n+deux\n+trois\n"
LOCK = Golden(
    text="The lock is still held when the file cannot be written.",
    path="a.py",
    line=3,
    terms=(("lock",), ("held", "release")),
    category="concurrency",
)


def finding(
    line: int,
    title: str = "Fails",
    severity: Severity = Severity.MAJOR,
    path: str = "a.py",
    body: str = "",
    *,
    confidence: float = 1.0,
) -> Finding:
    return Finding(
        path=path,
        line=line,
        end=line,
        side=Side.RIGHT,
        severity=severity,
        category="correctness",
        confidence=confidence,
        title=title,
        body=body,
        source=FindingSource.MODEL,
    )


def case(*golden: Golden, name: str = "one", language: str = "python", diff: str = DIFF) -> Case:
    return Case(id=name, language=language, diff=diff, golden=golden)


def reviewed(of: Case, findings: Sequence[Finding], repetition: int = 1) -> CaseReview:
    return assess(of, findings, Matcher(of.golden).match(findings, of), repetition=repetition)
