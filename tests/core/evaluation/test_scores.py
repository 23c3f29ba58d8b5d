"""Scores, results files and their comparison."""

import pytest

from bot.core.errors import Refused
from bot.core.evaluation.comparison import compare
from bot.core.evaluation.dataset import Golden, Needs
from bot.core.evaluation.results import (
    CaseReview,
    RunHeader,
    read_results,
    write_header,
    write_review,
)
from bot.core.evaluation.scores import (
    best_bar,
    by_category,
    by_confidence,
    by_language,
    by_needs,
    by_size,
    score,
)
from bot.core.review import Severity
from tests.core.evaluation.cases import LOCK, case, finding, reviewed

HELD = "The lock is held for ever"
HEADER = RunHeader(dataset="set.jsonl", digest="d", model="m", module="w", settings="s")
OTHER = LOCK.model_copy(update={"line": 40, "category": "", "needs": Needs.FILE})


def test_scores_are_of_all_pull_requests_together() -> None:
    reviews = [
        reviewed(case(LOCK, OTHER), [finding(3, HELD), finding(90)]),
        reviewed(case(name="clean", language="go"), []),
    ]

    total = score("all", reviews)

    assert total.precision
    assert total.recall
    assert total.f1
    assert total.spotless
    assert (total.precision.mean, total.recall.mean, total.f1.mean) == (0.5, 0.5, 0.5)
    assert (total.spotless.mean, total.per_pull, total.anchors) == (1.0, 1.0, 0.5)
    assert [row.name for row in by_language(reviews)] == ["go", "python"]
    assert [row.name for row in by_size(reviews)] == ["1-20 lines"]
    assert [(row.name, row.right, row.golden) for row in by_category(reviews)] == [
        ("concurrency", 1, 1),
        ("unknown", 0, 1),
    ]
    assert [(row.name, row.right, row.golden) for row in by_needs(reviews)] == [
        ("file", 0, 1),
        ("unknown", 1, 1),
    ]


def test_a_higher_bar_leaves_out_what_the_model_is_less_sure_of() -> None:
    sure, unsure = finding(3, HELD, confidence=0.9), finding(90, confidence=0.6)
    rows = by_confidence([reviewed(case(LOCK), [unsure, sure])])
    counts = {row.name: (row.findings, row.right) for row in rows}

    assert counts["0.60"] == (2, 1)
    assert counts["0.70"] == counts["0.90"] == (1, 1)
    assert counts["0.95"] == (0, 0)
    assert best_bar(rows) == "0.90"
    assert best_bar(by_confidence([reviewed(case(LOCK), [])])) is None


def test_a_wrong_nit_costs_precision_but_disturbs_nobody() -> None:
    nit = finding(1, "Tests are missing", severity=Severity.NIT)
    total = score("all", [reviewed(case(LOCK), [finding(3, HELD), nit]), reviewed(case(name="clean"), [nit])])

    assert total.precision
    assert total.spotless
    assert total.precision.mean == pytest.approx(1 / 3)
    assert total.spotless.mean == 1.0


def test_repetitions_show_their_spread() -> None:
    of = case(LOCK)
    total = score("all", [reviewed(of, [finding(3, HELD)]), reviewed(of, [], repetition=2)])

    assert total.recall
    assert (total.recall.low, total.recall.mean, total.recall.high) == (0.0, 0.5, 1.0)
    assert (total.repetitions, total.pulls, total.golden) == (2, 1, 2)


def test_without_a_denominator_there_is_no_score() -> None:
    nothing = score("none", [])

    assert (nothing.precision, nothing.recall, nothing.f1, nothing.spotless) == (None, None, None, None)


def test_a_results_file_is_read_back_without_a_line_that_was_cut_off() -> None:
    review = reviewed(case(LOCK), [finding(3, HELD)])
    lines = [write_header(HEADER), write_review(review), write_review(review)[:-20]]

    assert read_results(lines, "out.jsonl") == (HEADER, [review])


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "out.jsonl:1: this is not a results file"),
        (['{"id": "a"}\n'], "out.jsonl:1: this is not a results file"),
        ([write_header(HEADER), "{}\n"], "out.jsonl:2: Field required"),
    ],
)
def test_another_file_is_refused(lines: list[str], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        read_results(lines, "out.jsonl")


def run(*found: bool, noise: str = "", cases: int = 30) -> tuple[RunHeader, list[CaseReview]]:
    """Reviews of many pull requests, of which a share given by `found` has the defect found."""
    reviews = []
    for number in range(cases):
        findings = [finding(3, HELD)] if found[number % len(found)] else []
        wrong = [finding(9, noise)] if noise else []
        reviews.append(reviewed(case(LOCK, name=f"pull {number}"), [*findings, *wrong]))
    return HEADER, reviews


def test_a_comparison_says_what_was_gained_and_whether_it_is_more_than_chance() -> None:
    result = compare(run(True, False), run(True, True))
    recall = next(row for row in result.differences if row.name == "recall")

    assert (recall.first, recall.second) == (0.5, 1.0)
    assert 0 < recall.low < 0.5 < recall.high
    assert recall.p < 0.05
    assert [(change.case, change.first, change.second) for change in result.golden][:2] == [
        ("pull 1", 0, 1),
        ("pull 3", 0, 1),
    ]
    assert result.wrong == ()


def test_equal_runs_do_not_differ() -> None:
    result = compare(run(True, False), run(True, False))

    assert (result.golden, result.wrong) == ((), ())
    assert {row.p for row in result.differences} == {1.0}


def test_noise_is_listed_once_for_each_pull_request() -> None:
    result = compare(run(True, noise="The name is misleading"), run(True, noise="Names are short"))

    assert len(result.wrong) == 60
    first = result.wrong[0]
    assert (first.finding.title, first.first, first.second) == ("The name is misleading", 1, 0)


def test_results_of_other_datasets_are_not_compared() -> None:
    header, reviews = run(True)
    renamed = [review.model_copy(update={"case": f"other {review.case}"}) for review in reviews]
    changed = [review.model_copy(update={"golden": (Golden(text="Something else"),)}) for review in reviews]

    with pytest.raises(Refused, match="no pull request in common"):
        compare((header, reviews), (header, renamed))
    with pytest.raises(Refused, match="the golden comments differ"):
        compare((header, reviews), (header, changed))
