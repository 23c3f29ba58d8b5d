"""The issues that a pull request says it resolves."""

import pytest
from structlog.testing import capture_logs

from bot.core.change import ClosedIssue
from bot.core.errors import Retry
from github_simulator import GrantApp
from tests.github.scene import Scene

ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"


async def test_issues_are_read_and_pull_requests_are_not(town: Scene) -> None:
    ref = await town.open()
    number = town.simulator.open_issue("acme/shop", "Totals are wrong", "Round half up.")

    assert await town.forge.issues(ref, (ref.number, number)) == [
        ClosedIssue(number=number, title="Totals are wrong", text="Round half up.")
    ]


async def test_an_issue_that_is_gone_or_elsewhere_is_left_out(town: Scene) -> None:
    ref = await town.open()
    moved = town.simulator.open_issue("acme/shop", "Elsewhere", moved=True)
    there = town.simulator.open_issue("acme/shop", "Here")

    found = await town.forge.issues(ref, (4711, moved, there))

    assert [issue.number for issue in found] == [there]


async def test_without_the_permission_it_is_asked_once(town: Scene) -> None:
    town.simulator.grant_app(GrantApp(permissions={"issues": "none"}))
    ref = await town.open(private=True)
    first = town.simulator.open_issue("acme/shop", "First")

    with capture_logs():
        assert await town.forge.issues(ref, (first, first + 1)) == []
        assert await town.forge.issues(ref, (first,)) == []

    assert town.count("GET", ISSUE) == 1


@pytest.mark.parametrize("status", [500, 502])
async def test_a_review_does_without_what_github_does_not_answer(town: Scene, status: int) -> None:
    ref = await town.open()
    number = town.simulator.open_issue("acme/shop", "First")
    town.fail("GET", ISSUE, status, times=None)

    with capture_logs():
        assert await town.forge.issues(ref, (number,)) == []


async def test_a_rate_limit_is_waited_for(town: Scene) -> None:
    ref = await town.open()
    number = town.simulator.open_issue("acme/shop", "First")
    town.fail("GET", ISSUE, 429, headers={"Retry-After": "600"}, times=None)

    with pytest.raises(Retry):
        await town.forge.issues(ref, (number,))
