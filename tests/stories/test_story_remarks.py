"""What stands on lines: few comments, changes to commit; requested changes, labels, marks in the files."""

from typing import Any

from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import Stage

CONFIG = ".github/code-review-bot.yml"
CRITICAL = {"path": "shop/cart.py", "line": 2, "end_line": 2, "severity": "critical"}
COPY = {
    "path": "shop/cart.py",
    "line": 3,
    "end_line": 3,
    "title": "Copies the whole list",
    "category": "performance",
    "severity": "minor",
}
TITLE = {"path": "docs/cart.md", "line": 1, "end_line": 1, "title": "Says little", "severity": "nit"}


def told_of(stage: Stage, number: int, title: str) -> list[dict[str, Any]]:
    return [one for one in stage.pull(number)["inline"] if title in one["body"]]


async def test_the_gravest_get_the_few_comments_and_the_rest_is_in_the_summary(stage: Stage) -> None:
    stage.write(CONFIG, "findings: 1\n")
    stage.model.findings = [COPY, CRITICAL, TITLE]
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)

    [comment] = stage.pull(number)["inline"]
    assert "Fails on an empty list" in comment["body"]
    assert "<summary>2 more findings</summary>" in summary
    assert "1 posted inline" in summary


async def test_a_repository_may_want_no_comments_on_lines(stage: Stage) -> None:
    stage.write(CONFIG, "inline: false\n")
    stage.model.findings = [CRITICAL]
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert stage.pull(number)["inline"] == stage.pull(number)["reviews"] == []
    assert "It fails when the list is empty." in summary


async def test_changes_are_requested_until_nothing_critical_is_open(stage: Stage) -> None:
    stage.write(CONFIG, "request_changes: true\nlabels:\n  critical: critical\n  effort: 'effort {effort}'\n")
    stage.model.findings = [CRITICAL]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [review] = stage.pull(number)["reviews"]
    assert review["state"] == "CHANGES_REQUESTED"
    assert "critical" in stage.pull(number)["labels"]

    stage.model.findings = []
    await stage.push(number, FIX)
    await stage.reviewed(number)
    [review] = stage.pull(number)["reviews"]

    assert review["state"] == "DISMISSED"
    [label] = stage.pull(number)["labels"]
    assert label.startswith("effort ")


async def test_every_finding_is_marked_in_the_files(stage: Stage) -> None:
    stage.model.findings = [CRITICAL, COPY, TITLE]
    number = await stage.open(LOOP, DOCS)
    await stage.reviewed(number)
    [check] = stage.pull(number)["checks"]
    marks = {(one["path"], one["start_line"], one["annotation_level"]) for one in check["annotations"]}

    assert check["title"] == "Reviewed 2 of 2 files; 3 findings"
    assert marks == {
        ("shop/cart.py", 2, "failure"),
        ("shop/cart.py", 3, "notice"),
        ("docs/cart.md", 1, "notice"),
    }


async def test_a_change_that_fits_its_lines_can_be_committed(stage: Stage) -> None:
    stage.model.findings = [CRITICAL | {"replacement": "    first = items[0] if items else 0"}]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [comment] = told_of(stage, number, "Fails on an empty list")

    assert "```suggestion\n    first = items[0] if items else 0\n```" in comment["body"]
