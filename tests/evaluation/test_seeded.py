"""The seeded-bug set, and what the signals alone make of it."""

from collections import Counter

from bot.core.evaluation.matching import Matcher
from bot.core.evaluation.results import assess
from bot.core.evaluation.scores import score
from bot.core.review import Done, ReviewSettings
from bot.sandbox import ReviewFunction
from tests.evaluation.seeded import DATASET, dataset, read_cases
from tests.sandbox.guests import DIST, SANDBOX

CASES = list(read_cases())
OTHER_DEFECTS = {"c/too-small": ["Memory leaks when `realloc` fails"]}  # true, but not what was seeded


def test_the_dataset_is_the_one_that_its_cases_make() -> None:
    assert DATASET.read_text(encoding="utf-8") == dataset(), "run python -m tests.evaluation.seeded"


def test_eight_languages_half_of_them_clean() -> None:
    assert len(CASES) >= 60
    assert set(Counter((case.language, case.is_clean) for case in CASES).values()) == {4}
    assert len({case.language for case in CASES}) == 8


def test_golden_comments_stand_on_added_lines() -> None:
    for case in CASES:
        files = {file.path: file for file in case.change().files}
        for golden in case.golden:
            assert golden.path
            patch = files[golden.path].patch or ""
            start = int(patch.split("+", 1)[1].split(",")[0])
            right = [line for line in patch.splitlines()[1:] if not line.startswith("-")]
            assert golden.line
            assert right[golden.line - start].startswith("+"), case.id


async def test_rules_alone_find_half_and_leave_clean_pull_requests_alone() -> None:
    function = ReviewFunction(SANDBOX, DIST / "code-review-function.wasm")
    matcher = Matcher(golden for case in CASES for golden in case.golden)
    reviews = []
    for case in CASES:
        step = await function.review(case.change(), ReviewSettings(model=None, templates=()), (), len)
        assert isinstance(step, Done)
        findings = step.review.findings
        reviews.append(assess(case, findings, matcher.match(findings, case)))

    clean = {
        review.case: [finding.title for finding in review.wrong] for review in reviews if review.is_clean
    }
    assert {name: titles for name, titles in clean.items() if titles} == {}
    wrong = {review.case: [finding.title for finding in review.disturbing] for review in reviews}
    assert {name: titles for name, titles in wrong.items() if titles} == OTHER_DEFECTS
    total = score("all", reviews)
    assert total.anchors == 1.0
    assert total.recall
    assert total.recall.mean >= 0.5
