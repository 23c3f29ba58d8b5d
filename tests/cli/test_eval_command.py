"""`review-bot eval` and `review-bot dataset`."""

import json
from pathlib import Path
from typing import Any

from bot.core.llm.messages import Failure
from tests.asking import asking_for_history
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


def wanted(**more: Any) -> dict[str, Any]:
    return {**WANTED, "terms": [["empty"], ["list"]], **more}


def judge(body: dict[str, Any]) -> dict[str, Any] | None:
    is_judge = "pairs" in body["response_format"]["json_schema"]["schema"]["properties"]
    return {"pairs": [{"finding": 1, "golden": 1}]} if is_judge else None


def test_rules_alone_are_scored_beside_a_babbler(run: Run, tmp_path: Path) -> None:
    ran = run("eval", "run", str(DATASET), "--model", "none", "--json", "--out", "results.jsonl")
    rules, babbler = ran.json["scores"]

    assert (ran.status, rules["name"], rules["pulls"], rules["golden"]) == (0, "rules only", 64, 32)
    assert babbler["name"] == "babbler"
    assert babbler["findings"] >= 64
    assert babbler["recall"]["mean"] <= 0.1
    assert [score["name"] for score in ran.json["language"]] == [
        "c",
        "go",
        "java",
        "javascript",
        "php",
        "python",
        "ruby",
        "rust",
    ]
    assert ran.json["size"][0]["name"] == "1-20 lines"
    assert {row["name"] for row in ran.json["category"]} >= {"security", "correctness"}
    assert (rules["anchors"], rules["usage"]) == (
        1.0,
        {"prompt": 0, "answer": 0, "cached": 0, "estimated": False},
    )
    assert len((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 65


def test_a_model_is_scored_beside_the_rules_and_its_tokens_priced(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    town.model.findings = [{**FOUND, "title": "An empty list raises IndexError"}]
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [wanted()]}, {"id": "b", "diff": LOOP})

    ran = run("eval", "run", dataset, "--json", "--price", "1.0", "2.0")
    model, rules, _babbler = ran.json["scores"]

    assert (model["precision"]["mean"], model["recall"]["mean"], model["spotless"]["mean"]) == (0.5, 1.0, 0.0)
    assert (rules["name"], rules["recall"]["mean"], rules["usage"]["prompt"]) == ("rules only", 0.0, 0)
    tokens = model["usage"]
    assert model["cost"] == round((tokens["prompt"] + 2 * tokens["answer"]) / 1e6, 6) > 0
    shown = run("eval", "run", dataset)
    assert "P: precision; R: recall" in shown.out
    assert "unknown" in shown.out


def test_a_finding_that_says_something_else_is_wrong_at_the_right_place(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    town.model.findings = [{**FOUND, "title": "The name is misleading", "body": "Nobody understands it."}]
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [wanted()]})

    assert run("eval", "run", dataset, "--json").json["scores"][0]["recall"]["mean"] == 0.0


def test_another_model_judges_by_meaning(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    town.model.findings = [FOUND]
    elsewhere = {"text": "Nothing is checked before it is divided."}
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [elsewhere]})
    assert run("eval", "run", dataset, "--json").json["scores"][0]["recall"]["mean"] == 0.0

    town.model.respond = judge
    judged = run("eval", "run", dataset, "--judge-model", "another", "--json").json
    assert (judged["scores"][0]["recall"]["mean"], judged["run"]["judge"]) == (1.0, "another")
    assert [body["model"] for body in town.model.asked if judge(body)] == ["another"]


def test_a_model_does_not_judge_itself(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [wanted()]})

    ran = run("eval", "run", dataset, "--judge-model", "gpt-5-mini")

    assert "--judge-model gpt-5-mini is the model under evaluation" in ran.err
    assert (
        "--judge-base-url needs --judge-model"
        in run("eval", "run", dataset, "--judge-base-url", "http://x").err
    )


def test_repetitions_are_asked_anew_and_show_their_spread(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    town.model.findings = [{**FOUND, "title": "An empty list raises IndexError"}]
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [wanted()]})

    ran = run("eval", "run", dataset, "--repeat", "3", "--json", "--out", "three.jsonl")
    score = ran.json["scores"][0]

    assert (score["repetitions"], score["recall"]) == (3, {"mean": 1.0, "low": 1.0, "high": 1.0})
    assert score["requests"] % 3 == 0
    assert score["requests"] >= 3


def test_a_run_that_was_stopped_goes_on_and_another_run_is_refused(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    town.model.findings = [FOUND]
    # Equal questions share an answer, or not, as they happen to meet: each case has a title of its own.
    cases = [{"id": name, "title": f"Change {name}", "diff": LOOP, "golden": [wanted()]} for name in "abc"]
    dataset = written(tmp_path, *cases)
    whole = run("eval", "run", dataset, "--json", "--out", "out.jsonl").json
    file = tmp_path / "out.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:2]) + lines[2][:-9], encoding="utf-8")  # killed while it wrote
    asked = len(town.model.asked)

    again = run("eval", "run", dataset, "--json", "--out", "out.jsonl").json

    assert len(file.read_text(encoding="utf-8").splitlines()) == 4
    assert again["scores"][0]["recall"] == whole["scores"][0]["recall"]
    assert 0 < len(town.model.asked) - asked < asked
    refused = run("eval", "run", written(tmp_path, cases[0]), "--out", "out.jsonl")
    assert "out.jsonl is the result of another run (different: digest)" in refused.err


def test_two_results_are_compared_finding_by_finding(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [wanted()]})
    town.model.findings = [{**FOUND, "title": "Bad [name]", "body": "It is bad."}]
    run("eval", "run", dataset, "--out", "one.jsonl")
    town.model.findings = [{**FOUND, "title": "An empty list raises IndexError"}]
    run("eval", "run", dataset, "--out", "two.jsonl")

    shown = run("eval", "diff", "one.jsonl", "two.jsonl").out
    told = run("eval", "diff", "one.jsonl", "two.jsonl", "--json").json

    assert "gained  0/1 -> 1/1  a  shop/cart.py:2  The list may be empty." in shown
    assert "quieter 1/1 -> 0/1  a  shop/cart.py:2  major: Bad [name]" in shown
    assert told["golden"][0]["second"] == 1
    assert "not a results file" in run("eval", "diff", dataset, "two.jsonl").err


def test_what_is_wrong_is_named(run: Run, tmp_path: Path) -> None:
    dataset = written(tmp_path, {"id": "a", "diff": LOOP, "golden": [{"text": "x", "line": 0}]})

    assert "set.jsonl:1: golden.0.line" in run("eval", "run", dataset).err
    assert "no-such.jsonl" in run("eval", "run", "no-such.jsonl").err
    assert "expected openai, llama or none" in run("eval", "run", str(DATASET), "--model", "gpt").err


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
    assert run("eval", "run", "set.jsonl", "--model", "none").status == 0


def test_texts_of_changed_files_come_from_checkouts(run: Run, tmp_path: Path) -> None:
    pull = {
        "githubPrUrl": "https://github.com/acme/shop/pull/1",
        "comments": [{"note": "x", "path": "shop/cart.py", "from_line": 2}],
    }
    (tmp_path / "positive_samples.json").write_text(json.dumps([pull]), encoding="utf-8")
    (tmp_path / "acme__shop__1.diff").write_text(LOOP, encoding="utf-8")
    head = tmp_path / "heads" / "acme__shop__1" / "shop"
    head.mkdir(parents=True)
    (head / "cart.py").write_text("def total(items):\n", encoding="utf-8")
    command = ("dataset", "aacr", "positive_samples.json", "--diffs", ".", "--out", "set.jsonl", "--heads")

    assert run(*command, "heads").status == 0
    assert json.loads((tmp_path / "set.jsonl").read_text(encoding="utf-8"))["texts"] == {
        "shop/cart.py": "def total(items):\n"
    }
    assert "there is no checkout" in run(*command, "nowhere").err


def test_the_heads_of_an_evaluation_have_no_history(run: Run, tmp_path: Path) -> None:
    pull = {"githubPrUrl": "https://github.com/acme/shop/pull/1", "comments": []}
    (tmp_path / "positive_samples.json").write_text(json.dumps([pull]), encoding="utf-8")
    (tmp_path / "acme__shop__1.diff").write_text(LOOP, encoding="utf-8")
    assert run("dataset", "aacr", "positive_samples.json", "--diffs", ".", "--out", "set.jsonl").status == 0
    case = json.loads((tmp_path / "set.jsonl").read_text(encoding="utf-8"))["id"]
    (tmp_path / "heads" / case).mkdir(parents=True)
    with asking_for_history() as told:
        assert run("eval", "run", "set.jsonl", "--model", "none", "--checkouts", "heads").status == 0

    answer = told["shop/cart.py"]
    assert isinstance(answer, Failure)
    assert "there is no history of shop/cart.py: the commits are not at hand here" in answer.message
