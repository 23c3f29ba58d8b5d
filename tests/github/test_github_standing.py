"""How a commit stands with everybody else's checks."""

from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.check import Check, Conclusion, Standing
from bot.core.errors import Retry
from bot.simulator import SetCheck, SetStatus
from tests.github.town import Town

RUNS = "/repos/{owner}/{repo}/commits/{ref}/check-runs"
STATUS = "/repos/{owner}/{repo}/commits/{ref}/status"


async def standing(town: Town, ref: PullRef) -> Standing:
    return await town.forge.standing(ref, town.posted()["head"])


async def check(town: Town, name: str, conclusion: Any = None, app: str = "github-actions") -> None:
    await town.simulator.set_check("acme/shop", 1, SetCheck(name=name, conclusion=conclusion, app=app))


async def status(town: Town, context: str, state: Any) -> None:
    await town.simulator.set_status("acme/shop", 1, SetStatus(context=context, state=state))


async def test_without_any_there_is_none(town: Town) -> None:
    assert await standing(town, await town.open()) is Standing.NONE


async def test_the_bots_own_check_does_not_count(town: Town) -> None:
    ref = await town.open()
    for conclusion in (None, Conclusion.FAILURE):
        own = Check(name="review", title="t", summary="s", conclusion=conclusion)
        await town.forge.put_check(ref, town.posted()["head"], own)
        assert await standing(town, ref) is Standing.NONE
    await check(town, "review", "success", app="another-bot")
    assert await standing(town, ref) is Standing.GREEN


@pytest.mark.parametrize(
    ("conclusions", "expected"),
    [
        (["success"], Standing.GREEN),
        (["success", "skipped", "neutral"], Standing.GREEN),
        ([None], Standing.PENDING),
        (["success", None], Standing.PENDING),
        (["failure", None], Standing.RED),
        (["success", "timed_out"], Standing.RED),
        (["cancelled"], Standing.RED),
        (["action_required"], Standing.RED),
        (["stale"], Standing.NONE),
        (["stale", "success"], Standing.GREEN),
    ],
)
async def test_check_runs_stand_together(town: Town, conclusions: list[Any], expected: Standing) -> None:
    ref = await town.open()
    for number, conclusion in enumerate(conclusions):
        await check(town, f"job {number}", conclusion)
    assert await standing(town, ref) is expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["success"], Standing.GREEN),
        (["pending", "success"], Standing.PENDING),
        (["failure", "success"], Standing.RED),
        (["error"], Standing.RED),
    ],
)
async def test_commit_statuses_stand_together(town: Town, states: list[Any], expected: Standing) -> None:
    ref = await town.open()
    for number, state in enumerate(states):
        await status(town, f"ci/{number}", state)
    assert await standing(town, ref) is expected


async def test_checks_and_statuses_count_alike(town: Town) -> None:
    ref = await town.open()
    await check(town, "tests", "success")
    await status(town, "ci/old", "pending")
    assert await standing(town, ref) is Standing.PENDING
    await status(town, "ci/old", "success")
    assert await standing(town, ref) is Standing.GREEN


async def test_all_pages_of_check_runs_are_read(town: Town) -> None:
    ref = await town.open()
    for number in range(100):
        await check(town, f"job {number}", "success")
    await check(town, "the last", "failure")
    assert await standing(town, ref) is Standing.RED
    assert town.count("GET", RUNS) == 2


@pytest.mark.parametrize("status_code", [403, 404, 410, 451])
async def test_what_the_bot_may_not_read_does_not_count(town: Town, status_code: int) -> None:
    ref = await town.open()
    await check(town, "tests", "success")
    await status(town, "ci/old", "failure")
    town.fail("GET", STATUS, status_code)
    assert await standing(town, ref) is Standing.GREEN
    town.fail("GET", RUNS, status_code)
    assert await standing(town, ref) is Standing.RED


async def test_of_a_commit_that_is_not_there_nothing_stands(town: Town) -> None:
    ref = await town.open()
    assert await town.forge.standing(ref, "f" * 40) is Standing.NONE


async def test_when_github_is_unwell_it_is_tried_again_later(town: Town) -> None:
    ref = await town.open()
    town.fail("GET", STATUS, 502, times=3)
    with pytest.raises(Retry):
        await standing(town, ref)


@pytest.mark.parametrize("path", [STATUS, RUNS])
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 200, "body": "<html>"}])
async def test_what_nobody_waits_for_does_not_count(town: Town, path: str, fault: Any) -> None:
    ref = await town.open()
    await check(town, "tests", "success")
    await status(town, "ci/old", "success")
    town.fail("GET", path, times=None, **fault)
    with pytest.raises(Retry):
        await standing(town, ref)
    head = town.posted()["head"]
    assert await town.forge.standing(ref, head, patient=False) is Standing.GREEN


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": {}}])
async def test_what_was_read_before_a_page_that_cannot_be_counts(town: Town, fault: Any) -> None:
    ref = await town.open()
    for number in range(101):
        await check(town, f"job {number}", "success" if number else "failure")
    town.fail("GET", RUNS, skip=1, **fault)
    assert await standing(town, ref) is Standing.RED
