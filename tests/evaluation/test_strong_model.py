"""The committed result of a strong model can be read, and its matches are matches by place and key terms."""

from pathlib import Path

from bot.core.evaluation.matching import Matcher, is_at
from bot.core.evaluation.results import read_results
from bot.core.evaluation.scores import score

RESULT = Path(__file__).parent / "strong-model.jsonl"


def test_the_committed_result_has_the_score_in_the_documentation() -> None:
    with RESULT.open(encoding="utf-8") as lines:
        header, reviews = read_results(lines, RESULT.name)
    total = score(header.model, reviews)

    assert (total.pulls, total.golden, total.findings, total.right) == (20, 20, 39, 15)
    for review in reviews:
        for pair in review.pairs:
            assert is_at(review.findings[pair.finding], review.golden[pair.golden]), review.case
    assert not any(review.problems for review in reviews), "the answer guard dropped something"


def test_its_findings_fit_few_golden_comments() -> None:
    with RESULT.open(encoding="utf-8") as lines:
        _, reviews = read_results(lines, RESULT.name)
    matcher = Matcher(golden for review in reviews for golden in review.golden)
    texts = [f"{finding.title} {finding.body}".lower() for review in reviews for finding in review.findings]

    assert not any(matcher._is_generic(text) for text in texts)
