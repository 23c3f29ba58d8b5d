"""What begins a review besides a command, and what is told where none begins."""

from typing import Any

from github_simulator.control_requests import LabelPull, Retarget, SetCheck
from tests.stories.diffs import FIX, LOOP
from tests.stories.stage import REPOSITORY, Stage

CONFIG = ".github/code-review-bot.yml"


def check(stage: Stage, number: int) -> dict[str, Any]:
    """The newest check of the head."""
    pull = stage.pull(number)
    *_, found = [one for one in pull["checks"] if one["head"] == pull["head"]]
    return dict(found)


async def skipped(stage: Stage, number: int) -> str:
    """Waits until it is told that there is no review; returns the title of the check."""
    await stage.until(lambda: stage.is_checked(number), "a check")
    told = check(stage, number)
    assert told["conclusion"] == "skipped"
    assert stage.own(number) == []
    return str(told["title"])


async def test_drafts_are_told_beside_the_merge_button_why_they_are_not_reviewed(stage: Stage) -> None:
    number = await stage.open(LOOP, draft=True)

    title = await skipped(stage, number)

    assert "this is a draft" in title
    assert "skip.drafts" in title
    assert not stage.model.asked


async def test_a_label_asks_for_a_review(stage: Stage) -> None:
    stage.write(CONFIG, "on: [label]\nlabel: please review\n")
    number = await stage.open(LOOP, draft=True)
    await skipped(stage, number)

    await stage.simulator.label(REPOSITORY, number, LabelPull(user="mira", add=["bug"]))
    await stage.simulator.label(REPOSITORY, number, LabelPull(user="mira", add=["Please review"]))

    await stage.reviewed(number)
    assert "success" == check(stage, number)["conclusion"]


async def test_a_review_waits_for_the_checks_of_others(stage: Stage) -> None:
    stage.write(CONFIG, "on: [checks]\n")
    number = await stage.open(LOOP)
    assert "waiting for the other checks" in await skipped(stage, number)

    await stage.simulator.set_check(REPOSITORY, number, SetCheck(name="build"))
    await stage.simulator.set_check(
        REPOSITORY, number, SetCheck(name="lint", app="linter", conclusion="success")
    )
    await stage.simulator.set_check(REPOSITORY, number, SetCheck(name="build", conclusion="failure"))
    await stage.until(lambda: len(stage.logged("review_skipped")) == 3, "two looks at the checks")
    assert not stage.model.asked

    await stage.simulator.set_check(REPOSITORY, number, SetCheck(name="build", conclusion="success"))

    await stage.reviewed(number)


async def test_a_pull_request_that_is_pointed_at_another_branch_is_reviewed_again(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    read = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits"
    assert stage.simulator.state()["calls"][read] == 1

    await stage.simulator.retarget(REPOSITORY, number, Retarget(branch="next"))

    await stage.until(lambda: stage.simulator.state()["calls"][read] == 2, "another look")
    await stage.until(lambda: stage.is_reviewed(number), "a review")


async def test_a_push_is_told_when_pushes_begin_no_review(stage: Stage) -> None:
    stage.write(CONFIG, "on: [opened]\n")
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = len(stage.model.asked)
    await stage.push(number, FIX)
    await stage.until(lambda: stage.is_checked(number), "a check")

    assert check(stage, number)["conclusion"] == "skipped"
    assert f"on in {CONFIG}" in check(stage, number)["title"]
    assert asked == len(stage.model.asked)
