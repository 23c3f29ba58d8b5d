"""`review-bot review --sarif`: the results of analysers are evidence, and are not repeated."""

import json
from pathlib import Path
from typing import Any

from github_simulator import RaiseAlert
from github_simulator.control_requests import WriteFile
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.diffs import DOCS, LOOP

INDEX: dict[str, Any] = {
    "path": "shop/cart.py",
    "line": 2,
    "end_line": 2,
    "title": "Index error when `items` is empty",
}
OTHER = INDEX | {"title": "Discounts of the cart are ignored", "category": "data"}
KNOWN = "Index error when the list items is empty"


def sarif(*results: tuple[str, int, str], tool: str = "Lint") -> str:
    """A file with a result for each path, line and text."""
    found = [
        {
            "ruleId": "L1",
            "level": "error",
            "message": {"text": text},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}
            ],
        }
        for path, line, text in results
    ]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": found}]})


def titles(told: Any) -> list[str]:
    return [finding["title"] for finding in told["findings"] if finding["source"] == "model"]


def test_a_finding_that_an_analyser_has_reported_is_not_repeated(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    town.model.findings = [INDEX, OTHER]
    lint = sarif(("shop/cart.py", 2, KNOWN), ("shop/cart.py", 99, "Not shown"), ("gone.py", 1, "Not there"))
    (tmp_path / "lint.sarif").write_text(lint, encoding="utf-8")
    (tmp_path / "docs.sarif").write_text("\ufeff" + sarif(("docs/cart.md", 1, "Typo"), tool="Spell"), "utf-8")
    files = ("--sarif", "lint.sarif", "--sarif", "docs.sarif")
    diff = (LOOP + DOCS).encode()

    assert titles(run("review", "--diff", "-", "--json", stdin=diff).json) == [OTHER["title"], INDEX["title"]]
    told = run("review", "--diff", "-", "--json", *files, stdin=diff).json
    assert titles(told) == [OTHER["title"]]
    assert "One finding was dropped because another tool has reported it already." in told["summary"]
    assert told["reports"] == [
        {
            "tool": "Spell",
            "rule": "L1",
            "path": "docs/cart.md",
            "line": 1,
            "end_line": 1,
            "severity": "major",
            "text": "Typo",
        },
        {
            "tool": "Lint",
            "rule": "L1",
            "path": "shop/cart.py",
            "line": 2,
            "end_line": 2,
            "severity": "major",
            "text": KNOWN,
        },
    ]
    assert f"shop/cart.py:2 Lint L1 (major): {KNOWN}" in str(town.model.asked)


def test_the_terminal_names_what_is_known(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    (tmp_path / "lint.sarif").write_text(sarif(("shop/cart.py", 2, KNOWN)), encoding="utf-8")
    out = run("review", "--diff", "-", "--sarif", "lint.sarif", stdin=LOOP.encode()).out

    assert "Already reported by other tools and not repeated here: 1 by Lint." in " ".join(out.split())


def test_absolute_paths_are_those_of_the_repository(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "lint.sarif").write_text(sarif((f"{tmp_path}/shop/cart.py", 2, KNOWN)), encoding="utf-8")
    told = run("review", "--diff", "-", "--json", "--sarif", "lint.sarif", stdin=LOOP.encode()).json

    assert [report["path"] for report in told["reports"]] == ["shop/cart.py"]


def test_a_file_that_cannot_be_read_is_named_with_what_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lint.txt").write_text("shop/cart.py:2: bad", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for name, problem, remedy in (
        ("lint.txt", "not valid JSON", "have the analyser write SARIF"),
        ("none.sarif", "No such file or directory", "name a file"),
        ("folder", "Is a directory", "name a file"),
    ):
        ran = run("review", "--diff", "-", "--sarif", name, stdin=LOOP.encode())
        assert ran.status != 0
        assert f"--sarif {name}: " in ran.err
        assert problem in ran.err
        assert remedy in ran.err


def test_a_pull_request_brings_its_own_reports(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    (tmp_path / "docs.sarif").write_text(sarif(("docs/cart.md", 1, "Typo")), encoding="utf-8")
    url = town.open(LOOP, DOCS)
    alert = RaiseAlert(rule="py/index", path="shop/cart.py", line=2, message=KNOWN)
    town.simulator.raise_alert("acme/shop", 1, alert)
    words = ("review", "--pull", url, "--json", "--sarif", "docs.sarif")
    assert [report["tool"] for report in run(*words).json["reports"]] == ["Lint", "CodeQL"]

    off = WriteFile(repository="acme/shop", path=".github/code-review-bot.yml", text="reports: false\n")
    town.simulator.write_file(off)
    assert [report["tool"] for report in run(*words).json["reports"]] == ["Lint"]
