"""The committed results of a strong model can be read, and its matches are matches by place and key terms."""

from pathlib import Path

import pytest

from bot.core.evaluation.matching import Matcher, is_at
from bot.core.evaluation.results import CaseReview, read_results
from bot.core.evaluation.scores import score

FOLDER = Path(__file__).parent / "strong-model"

# The figures in README.md: pull requests, golden comments, findings, right ones.
SCORES = {
    "registry-1.jsonl": (20, 20, 39, 15),
    "registry-2.jsonl": (20, 20, 32, 14),
    "hard.jsonl": (24, 16, 14, 9),
    "hard-lookups.jsonl": (24, 16, 20, 16),
    "hard-claims.jsonl": (24, 16, 16, 16),
    "registry-claims.jsonl": (20, 20, 34, 15),
    "registry-searched.jsonl": (20, 20, 38, 15),
    "registry-twice.jsonl": (20, 20, 46, 15),
    "hard-apart.jsonl": (24, 16, 16, 16),
    "registry-apart.jsonl": (20, 20, 35, 14),
}
# Statements that the answer guard dropped: short notes in the words of the author, which it keeps since.
DROPPED = {"hard-claims.jsonl": 4}


def reviews_of(name: str) -> list[CaseReview]:
    with (FOLDER / name).open(encoding="utf-8") as lines:
        return list(read_results(lines, name)[1])


@pytest.mark.parametrize("name", SCORES)
def test_a_committed_result_has_the_score_in_the_documentation(name: str) -> None:
    reviews = reviews_of(name)
    total = score("strong", reviews)

    assert (total.pulls, total.golden, total.findings, total.right) == SCORES[name]
    for review in reviews:
        for pair in review.pairs:
            assert is_at(review.findings[pair.finding], review.golden[pair.golden]), review.case
    problems = [problem for review in reviews for problem in review.problems]
    assert sum("repeats the question" in problem for problem in problems) == DROPPED.get(name, 0)


@pytest.mark.parametrize("name", SCORES)
def test_its_findings_fit_few_golden_comments(name: str) -> None:
    reviews = reviews_of(name)
    matcher = Matcher(golden for review in reviews for golden in review.golden)
    texts = [f"{finding.title} {finding.body}".lower() for review in reviews for finding in review.findings]

    assert not any(matcher._is_generic(text) for text in texts)
