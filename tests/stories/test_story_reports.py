"""Other tools have reported on the pull request: the review does not repeat them."""

from typing import Any

import pytest

from github_simulator import Fault, GrantApp, NewAnnotation, RaiseAlert, SetCheck
from tests.stories.diffs import DOCS, LOOP
from tests.stories.stage import REPOSITORY, Stage

KNOWN: dict[str, Any] = {
    "path": "shop/cart.py",
    "line": 2,
    "end_line": 2,
    "title": "Index error when `items` is empty",
}
OTHER = KNOWN | {"title": "Discounts of the cart are ignored", "category": "data"}
LINE = "Already reported by other tools and not repeated here: 1 by CodeQL, 1 by Ruff."


async def report(stage: Stage, number: int) -> None:
    """Code scanning and a linter of the pull request's workflow come to their results."""
    alert = RaiseAlert(
        rule="py/index-error",
        path="shop/cart.py",
        line=2,
        message="Index error when the list items is empty.",
        security="high",
    )
    stage.simulator.raise_alert(REPOSITORY, number, alert)
    marks = [
        NewAnnotation(
            path=path, start_line=line, end_line=line, title="Ruff (D100)", message="Missing docstring"
        )
        for path, line in (("shop/cart.py", 3), ("shop/cart.py", 900), ("elsewhere.py", 1))
    ]
    await stage.simulator.set_check(REPOSITORY, number, SetCheck(name="lint", annotations=marks))


def posted(stage: Stage, number: int) -> list[str]:
    """The bot's comments on lines."""
    return [comment["body"] for comment in stage.pull(number)["inline"]]


async def test_what_an_analyser_has_reported_is_not_posted_again(stage: Stage) -> None:
    stage.model.findings = [KNOWN, OTHER]
    number = await stage.open(LOOP, DOCS, draft=True)
    await report(stage, number)
    await stage.simulator.set_draft(REPOSITORY, number, draft=False)
    summary = await stage.reviewed(number)

    [comment] = posted(stage, number)
    assert OTHER["title"] in comment
    assert LINE in summary
    assert "CodeQL py/index-error: Index error when the list items is empty." in summary
    assert "elsewhere.py" not in summary
    assert "One finding was dropped because another tool has reported it already." in summary
    assert not stage.server.troubles


@pytest.mark.parametrize("why", ["configuration", "permission", "failure"])
async def test_a_review_does_without_reports(stage: Stage, why: str) -> None:
    stage.model.findings = [KNOWN, OTHER]
    if why == "permission":
        stage.simulator.grant_app(GrantApp(permissions={"security_events": "none"}))
    if why == "configuration":
        stage.write(".github/code-review-bot.yml", "reports: false\n")
    if why == "failure":
        alerts = "/repos/{owner}/{repo}/code-scanning/alerts"
        stage.simulator.inject(Fault(path=alerts, status=500, times=None))
    number = await stage.open(LOOP, DOCS, draft=True)
    await report(stage, number)
    await stage.simulator.set_draft(REPOSITORY, number, draft=False)
    summary = await stage.reviewed(number)

    assert len(posted(stage, number)) == 2
    assert "by CodeQL" not in summary
    assert ("1 by Ruff" in summary) == (why != "configuration")
    assert "code-scanning" not in summary
    assert not stage.server.troubles


def asked_about(stage: Stage) -> list[Any]:
    return [body for body in stage.model.asked if "### shop/cart.py" in str(body["messages"])]


async def test_reports_that_come_later_count_when_the_review_is_asked_for_again(stage: Stage) -> None:
    number = await stage.open(LOOP)
    assert "Already reported" not in await stage.reviewed(number)
    before = len(asked_about(stage))
    await report(stage, number)
    await stage.say(number, "/review")
    await stage.until(lambda: "Already reported" in stage.summary(number), "a review with reports")

    assert len(asked_about(stage)) > before
    assert LINE in stage.summary(number)
