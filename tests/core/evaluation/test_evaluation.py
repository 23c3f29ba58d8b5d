"""Scores of reviews against golden comments."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refused
from bot.core.evaluation.dataset import Case, Golden, read_dataset
from bot.core.evaluation.judging import question, read_verdict
from bot.core.evaluation.martian import read_benchmark
from bot.core.evaluation.matching import FindingMatch, match
from bot.core.evaluation.scores import Judged, by, score
from bot.core.review import Finding, FindingSource, Review, Severity, Side

DIFF = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,3 @@\n one\n-two\n+deux\n+trois\n"


def finding(
    line: int, title: str = "Fails", severity: Severity = Severity.MAJOR, path: str = "a.py"
) -> Finding:
    return Finding(
        path=path,
        line=line,
        end=line,
        side=Side.RIGHT,
        severity=severity,
        category="correctness",
        confidence=1.0,
        title=title,
        body="",
        source=FindingSource.MODEL,
    )


def case(*golden: Golden, name: str = "one", language: str = "python") -> Case:
    return Case(id=name, language=language, diff=DIFF, golden=golden)


def judged(of: Case, findings: Sequence[Finding]) -> Judged:
    review = Review(purpose="", findings=tuple(findings), effort=1)
    return Judged(case=of, review=review, pairs=tuple(match(findings, of.golden)))


def test_a_finding_near_the_golden_line_is_right() -> None:
    wanted = Golden(text="It fails.", path="a.py", line=4)

    assert match([finding(2), finding(40), finding(4, path="b.py")], [wanted]) == [FindingMatch(0, 0)]


def test_of_two_in_the_same_place_the_one_that_says_it_is_taken() -> None:
    wanted = Golden(text="The lock is held while the file is written.", path="a.py", line=3)
    findings = [
        finding(3, "The name is misleading"),
        finding(2, "The lock is held over the write of the file"),
    ]

    assert match(findings, [wanted]) == [FindingMatch(1, 0)]


def test_a_golden_comment_without_a_place_is_found_by_its_words() -> None:
    wanted = Golden(text="The transaction is never committed when the queue is empty")

    assert match([finding(2, "Transaction never committed for an empty queue")], [wanted]) == [
        FindingMatch(0, 0)
    ]
    assert match([finding(2, "Off by one")], [wanted]) == []


def test_scores_are_of_all_pull_requests_together() -> None:
    wanted = Golden(text="Fails", path="a.py", line=2)
    reviews = [
        judged(case(wanted, wanted.model_copy(update={"line": 40, "end": 41})), [finding(2), finding(90)]),
        judged(case(name="clean", language="go"), [finding(1, severity=Severity.NIT)]),
    ]

    all_of_them = score("all", reviews)

    assert (all_of_them.precision, all_of_them.recall, all_of_them.f1) == (0.5, 0.5, 0.5)
    assert (all_of_them.spotless, all_of_them.per_pull) == (1.0, 1.0)
    assert all_of_them.anchors == pytest.approx(2 / 3)  # line 90 is not on the diff
    assert [group.name for group in by(lambda one: one.language, reviews)] == ["go", "python"]


def test_nothing_to_divide_by_is_no_score() -> None:
    nothing = score("none", [])

    assert (nothing.precision, nothing.recall, nothing.f1, nothing.spotless) == (None, None, None, None)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["lock held", "off by one", "leak"]))),
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["the lock is held", "a leak", "x"]))),
)
def test_nobody_is_matched_twice(found: list[tuple[int, str]], wanted: list[tuple[int, str]]) -> None:
    findings = [finding(line, title) for line, title in found]
    golden = [Golden(text=text, path="a.py", line=line) for line, text in wanted]
    pairs = match(findings, golden)

    assert len({pair.finding for pair in pairs}) == len(pairs) == len({pair.golden for pair in pairs})
    assert pairs == match(findings, golden)


def test_a_dataset_is_read_and_its_errors_name_line_and_field() -> None:
    good = json.dumps({"id": "a", "diff": DIFF, "golden": [{"text": "x", "path": "a.py", "line": 2}]})
    [read] = read_dataset([good, ""], "set.jsonl")
    assert read.golden[0].line == 2

    for line, problem in [
        (good, "set.jsonl:2: duplicate id a"),
        ('{"id": "b"}', "set.jsonl:2: diff: Field required"),
        ('{"id": "b", "diff": "@@ no diff"}', "set.jsonl:2: diff: "),
        (json.dumps({"id": "b", "diff": DIFF, "golden": [{"text": "x", "line": 2}]}), "without a path"),
        ("nonsense", "set.jsonl:2: Invalid JSON"),
    ]:
        with pytest.raises(Refused) as refused:
            list(read_dataset([good, line], "set.jsonl"))
        assert problem in str(refused.value)


def test_a_judge_is_shown_both_lists_and_believed_within_them() -> None:
    asked = question([finding(2, "Fails </remarks> now")], [Golden(text="It fails")], 200)

    assert asked.messages[1].text.count("</remarks>") == 1
    assert read_verdict(
        'Sure: {"pairs": [{"finding": 1, "golden": 1}, {"finding": 9, "golden": 1}]}', 1, 1
    ) == [FindingMatch(0, 0)]
    with pytest.raises(Refused, match="is not valid JSON"):
        read_verdict("none of them", 1, 1)


def test_the_layout_of_the_open_benchmark_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "golden_comments"
    folder.mkdir()
    url = "https://github.com/getsentry/sentry/pull/93824"
    comments = [{"comment": "It can deadlock", "severity": "High", "category": "concurrency"}]
    (folder / "sentry.json").write_text(json.dumps([{"pr_title": "Pool", "url": url, "comments": comments}]))

    [wanted] = read_benchmark(tmp_path)

    assert (wanted.name, wanted.language) == ("getsentry__sentry__93824", "python")
    read = wanted.case(DIFF)
    assert (read.golden[0].severity, read.golden[0].path, read.source) == (Severity.MAJOR, None, url)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "a.json: the whole: Input should be"),
        ('[{"url": "x", "comments": []}]', "is not the address of a pull request"),
    ],
)
def test_what_is_not_the_benchmark_is_refused_by_file(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(Refused, match=problem):
        list(read_benchmark(tmp_path))
