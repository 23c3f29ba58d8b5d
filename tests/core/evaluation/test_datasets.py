"""Datasets, benchmarks and judges."""

import json
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.core.evaluation.aacr import read_aacr
from bot.core.evaluation.dataset import Golden, Needs, read_dataset
from bot.core.evaluation.judging import question, read_verdict
from bot.core.evaluation.martian import read_martian
from bot.core.evaluation.matching import FindingMatch
from bot.core.review import Severity, Side
from tests.core.evaluation.cases import DIFF, finding


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

    [wanted] = read_martian(tmp_path)

    assert (wanted.name, wanted.language) == ("getsentry__sentry__93824", "python")
    read = wanted.case(DIFF, {"a.py": "one"})
    assert (read.golden[0].severity, read.golden[0].path, read.source) == (Severity.MAJOR, None, url)
    assert read.texts == {"a.py": "one"}


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
        list(read_martian(tmp_path))


def test_the_layout_of_aacr_bench_is_read(tmp_path: Path) -> None:
    comments = [
        {
            "note": "The lock is never released.",
            "path": "a.py",
            "side": "right",
            "from_line": 2,
            "to_line": 3,
            "category": "Code Defect",
            "context": "Repo level",
        },
        {"note": " ", "path": "a.py"},
        {"note": "Old", "path": "a.py", "side": "left", "from_line": 0, "to_line": 1, "context": "x"},
    ]
    pull = {
        "githubPrUrl": "https://github.com/acme/shop/pull/7",
        "project_main_language": "Go",
        "comments": comments,
    }
    (tmp_path / "positive_samples.json").write_text(json.dumps([pull]))

    [read] = read_aacr(tmp_path / "positive_samples.json")

    assert (read.name, read.language) == ("acme__shop__7", "go")
    first, second = read.golden
    assert (first.line, first.end, first.side, first.needs) == (2, 3, Side.RIGHT, Needs.REPOSITORY)
    assert (second.path, second.line, second.side, second.needs) == ("a.py", None, Side.LEFT, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "a.json: the whole: Input should be"),
        ('[{"githubPrUrl": "x"}]', "is not the address of a pull request"),
        ('[{"comments": []}]', "a.json: 0.githubPrUrl: Field required"),
    ],
)
def test_a_file_that_is_not_aacr_bench_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(Refused, match=problem):
        list(read_aacr(tmp_path / "a.json"))
