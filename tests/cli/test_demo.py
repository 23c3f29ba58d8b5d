"""`review-bot demo`: the main job, once through."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.diffs import DOCS, LOOP


def test_the_bundled_pull_request_is_opened_pushed_to_and_asked_about(run: Run) -> None:
    ran = run("demo", "--json")
    told = ran.json

    assert 0 == ran.status
    assert {"deliveries", "comments", "inline", "check", "timings"} <= set(told)
    events = [one["event"] for one in told["deliveries"]]  # the bot's own comments are told of, too
    assert ("pull_request", 2) == (events[0], events.count("pull_request"))
    assert {202} == {one["status"] for one in told["deliveries"]}
    assert 1 == sum(comment["user"].endswith("[bot]") for comment in told["comments"])
    assert told["inline"]
    assert "completed" == told["check"]["status"]
    assert told["check"]["head"] == told["pull"]["head"]
    assert {"opened", "pushed", "commanded"} == set(told["timings"])
    assert "storm" not in told


@pytest.mark.timeout(600)
def test_a_storm_is_survived_and_the_review_appears_once(run: Run) -> None:
    ran = run("demo", "--storm", "4", "--storm-rate", "0.15", "--json")
    told = ran.json

    assert 0 == ran.status
    assert {"seed", "rate", "calls", "struck", "reviews"} == set(told["storm"])
    assert (4, 0.15, 1) == (told["storm"]["seed"], told["storm"]["rate"], told["storm"]["reviews"])
    assert told["storm"]["struck"]
    assert 1 == sum(comment["user"].endswith("[bot]") for comment in told["comments"])
    assert told["inline"]
    assert told["check"]["head"] == told["pull"]["head"]
    assert {"opened", "pushed", "commanded"} == set(told["timings"])


def test_people_are_told_what_the_storm_struck(run: Run) -> None:
    ran = run("demo", "--storm", "4", "--storm-rate", "0")

    assert 0 == ran.status
    told = " ".join(ran.out.split())
    assert "Storm with seed 4: 0 faults in" in told
    assert "(none). The review was still posted exactly once." in told


@pytest.mark.parametrize(
    ("words", "named"),
    [(("--storm", "x"), "--storm"), (("--storm", "1", "--storm-rate", "2"), "--storm-rate")],
)
def test_a_storm_that_is_none_is_a_wrong_use(run: Run, words: tuple[str, ...], named: str) -> None:
    ran = run("demo", *words)

    assert 2 == ran.status
    assert named in ran.err


def test_a_diff_of_ones_own_is_reviewed_by_the_configured_model(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    (tmp_path / "mine.diff").write_text(LOOP + DOCS, encoding="utf-8")
    town.model.findings = [{"path": "shop/cart.py", "line": 2, "end_line": 2}]
    told = run("demo", "--open-pull", "mine.diff", "--json").json

    assert [("shop/cart.py", 2)] == [(comment["path"], comment["line"]) for comment in told["inline"]]
    assert "gpt-5-mini" == told["model"]
    assert "success" == told["check"]["conclusion"]
    assert {"opened", "commanded"} == set(told["timings"])
    assert {} == town.calls  # the demo has a GitHub of its own


def test_people_see_the_comment_and_the_lines(run: Run, tmp_path: Path) -> None:
    diff = LOOP.replace("+    first = items[0]\n", "+    breakpoint()\n")
    (tmp_path / "mine.diff").write_text(diff, encoding="utf-8")
    ran = run("demo", "--open-pull", "mine.diff")

    assert 0 == ran.status
    assert "comment by code-review-bot[bot]" in ran.out
    assert "shop/cart.py:2" in ran.out
    assert "<!--" not in ran.out


@pytest.mark.parametrize(
    ("contents", "told"),
    [(None, "No such file"), (b"dear diary", "not a diff"), (b"", "contains no changes")],
)
def test_a_file_that_opens_no_pull_request_is_told(
    run: Run, tmp_path: Path, contents: bytes | None, told: str
) -> None:
    if contents is not None:
        (tmp_path / "mine.diff").write_bytes(contents)
    ran = run("demo", "--open-pull", "mine.diff", "--json")

    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert told in ran.err
