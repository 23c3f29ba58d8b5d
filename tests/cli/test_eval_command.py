"""`review-bot eval` and `review-bot dataset`."""

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.evaluation.seeded import DATASET, read_cases
from tests.stories.diffs import LOOP

CASES = list(read_cases())
FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2}
WANTED = {"text": "The list may be empty.", "path": "shop/cart.py", "line": 2, "severity": "major"}


def written(folder: Path, *cases: dict[str, Any]) -> str:
    (folder / "set.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    return "set.jsonl"


def test_signals_alone_are_scored_on_the_seeded_set(run: Run, tmp_path: Path) -> None:
    ran = run("eval", str(DATASET), "--model", "none", "--json", "--out", "reviews.jsonl")
    total, *languages = ran.json

    assert (ran.status, total["pulls"], total["golden"]) == (0, 64, 32)
    assert [score["name"] for score in languages] == [
        "c",
        "go",
        "java",
        "javascript",
        "php",
        "python",
        "ruby",
        "rust",
    ]
    assert (total["anchors"], total["usage"]) == (
        1.0,
        {"prompt": 0, "answer": 0, "estimated": False},
    )
    assert len((tmp_path / "reviews.jsonl").read_text(encoding="utf-8").splitlines()) == 64


def test_a_model_is_scored_and_its_tokens_priced(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    town.model.findings = [FOUND]
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [WANTED]}, {"id": "b", "diff": LOOP})

    ran = run("eval", dataset, "--json", "--price", "1.0", "2.0")
    total = ran.json[0]

    assert (total["precision"], total["recall"], total["spotless"]) == (0.5, 1.0, 0.0)
    tokens = total["usage"]
    assert total["cost"] == round((tokens["prompt"] + 2 * tokens["answer"]) / 1e6, 6) > 0
    shown = run("eval", dataset)
    assert "P: precision; R: recall" in shown.out
    assert "unknown" in shown.out


def test_a_model_judges_by_meaning(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    town.model.findings = [FOUND]
    elsewhere = {"text": "Nothing is checked before it is divided."}
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [elsewhere]})
    assert run("eval", dataset, "--json").json[0]["recall"] == 0.0

    def judge(body: dict[str, Any]) -> dict[str, Any] | None:
        is_judge = "pairs" in body["response_format"]["json_schema"]["schema"]["properties"]
        return {"pairs": [{"finding": 1, "golden": 1}]} if is_judge else None

    town.model.respond = judge
    assert run("eval", dataset, "--judge", "--json").json[0]["recall"] == 1.0


def test_what_is_wrong_is_named(run: Run, tmp_path: Path) -> None:
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [{"text": "x", "line": 0}]})

    assert "set.jsonl:1: golden.0.line" in run("eval", dataset).err
    assert "no-such.jsonl" in run("eval", "no-such.jsonl").err
    assert "expected openai, llama or none" in run("eval", str(DATASET), "--model", "gpt").err
    assert "--judge needs a model" in run("eval", str(DATASET), "--judge", "--limit", "1").err


def test_the_open_benchmark_becomes_a_dataset(run: Run, tmp_path: Path) -> None:
    (tmp_path / "golden_comments").mkdir()
    pulls = [
        {
            "url": f"https://github.com/acme/shop/pull/{number}",
            "comments": [{"comment": "x", "severity": "Low"}],
        }
        for number in (1, 2)
    ]
    (tmp_path / "golden_comments" / "shop.json").write_text(json.dumps(pulls), encoding="utf-8")
    (tmp_path / "acme__shop__1.diff").write_text(LOOP, encoding="utf-8")

    ran = run("dataset", "martian", ".", "--diffs", ".", "--out", "set.jsonl")

    assert ran.status == 1
    assert "https://github.com/acme/shop/pull/2.diff" in ran.err
    assert "1 pull requests written to set.jsonl, 1 without a diff" in ran.out
    assert run("eval", "set.jsonl", "--model", "none").status == 0
