"""The combined status of other Apps' checks on a commit."""

from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.check_run import Check, CombinedStatus, Conclusion
from bot.core.errors import Retry
from github_simulator import SetCheck, SetStatus
from tests.github.scene import Scene

RUNS = "/repos/{owner}/{repo}/commits/{ref}/check-runs"
STATUS = "/repos/{owner}/{repo}/commits/{ref}/status"


async def combined_status(town: Scene, ref: PullRef) -> CombinedStatus:
    return await town.forge.combined_status(ref, town.posted()["head"])


async def check(town: Scene, name: str, conclusion: Any = None, app: str = "github-actions") -> None:
    await town.simulator.set_check("acme/shop", 1, SetCheck(name=name, conclusion=conclusion, app=app))


async def status(town: Scene, context: str, state: Any) -> None:
    await town.simulator.set_status("acme/shop", 1, SetStatus(context=context, state=state))


async def test_without_any_there_is_none(town: Scene) -> None:
    assert await combined_status(town, await town.open()) is CombinedStatus.NONE


async def test_the_bots_own_check_does_not_count(town: Scene) -> None:
    ref = await town.open()
    for conclusion in (None, Conclusion.FAILURE):
        own = Check(name="review", title="t", summary="s", conclusion=conclusion)
        await town.forge.put_check(ref, town.posted()["head"], own)
        assert await combined_status(town, ref) is CombinedStatus.NONE
    await check(town, "review", "success", app="another-bot")
    assert await combined_status(town, ref) is CombinedStatus.GREEN


@pytest.mark.parametrize(
    ("conclusions", "expected"),
    [
        (["success"], CombinedStatus.GREEN),
        (["success", "skipped", "neutral"], CombinedStatus.GREEN),
        ([None], CombinedStatus.PENDING),
        (["success", None], CombinedStatus.PENDING),
        (["failure", None], CombinedStatus.RED),
        (["success", "timed_out"], CombinedStatus.RED),
        (["cancelled"], CombinedStatus.RED),
        (["action_required"], CombinedStatus.RED),
        (["stale"], CombinedStatus.NONE),
        (["stale", "success"], CombinedStatus.GREEN),
    ],
)
async def test_check_runs_stand_together(
    town: Scene, conclusions: list[Any], expected: CombinedStatus
) -> None:
    ref = await town.open()
    for number, conclusion in enumerate(conclusions):
        await check(town, f"job {number}", conclusion)
    assert await combined_status(town, ref) is expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["success"], CombinedStatus.GREEN),
        (["pending", "success"], CombinedStatus.PENDING),
        (["failure", "success"], CombinedStatus.RED),
        (["error"], CombinedStatus.RED),
    ],
)
async def test_commit_statuses_stand_together(
    town: Scene, states: list[Any], expected: CombinedStatus
) -> None:
    ref = await town.open()
    for number, state in enumerate(states):
        await status(town, f"ci/{number}", state)
    assert await combined_status(town, ref) is expected


async def test_checks_and_statuses_count_alike(town: Scene) -> None:
    ref = await town.open()
    await check(town, "tests", "success")
    await status(town, "ci/old", "pending")
    assert await combined_status(town, ref) is CombinedStatus.PENDING
    await status(town, "ci/old", "success")
    assert await combined_status(town, ref) is CombinedStatus.GREEN


async def test_all_pages_of_check_runs_are_read(town: Scene) -> None:
    ref = await town.open()
    for number in range(100):
        await check(town, f"job {number}", "success")
    await check(town, "the last", "failure")
    assert await combined_status(town, ref) is CombinedStatus.RED
    assert town.count("GET", RUNS) == 2


@pytest.mark.parametrize("status_code", [403, 404, 410, 451])
async def test_what_the_bot_may_not_read_does_not_count(town: Scene, status_code: int) -> None:
    ref = await town.open()
    await check(town, "tests", "success")
    await status(town, "ci/old", "failure")
    town.fail("GET", STATUS, status_code)
    assert await combined_status(town, ref) is CombinedStatus.GREEN
    town.fail("GET", RUNS, status_code)
    assert await combined_status(town, ref) is CombinedStatus.RED


async def test_of_a_commit_that_is_not_there_nothing_stands(town: Scene) -> None:
    ref = await town.open()
    assert await town.forge.combined_status(ref, "f" * 40) is CombinedStatus.NONE


async def test_when_github_is_unwell_it_is_tried_again_later(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", STATUS, 502, times=3)
    with pytest.raises(Retry):
        await combined_status(town, ref)


@pytest.mark.parametrize("path", [STATUS, RUNS])
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 200, "body": "<html>"}])
async def test_what_nobody_waits_for_does_not_count(town: Scene, path: str, fault: Any) -> None:
    ref = await town.open()
    await check(town, "tests", "success")
    await status(town, "ci/old", "success")
    town.fail("GET", path, times=None, **fault)
    with pytest.raises(Retry):
        await combined_status(town, ref)
    head = town.posted()["head"]
    assert await town.forge.combined_status(ref, head, patient=False) is CombinedStatus.GREEN


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": {}}])
async def test_what_was_read_before_a_page_that_cannot_be_counts(town: Scene, fault: Any) -> None:
    ref = await town.open()
    for number in range(101):
        await check(town, f"job {number}", "success" if number else "failure")
    town.fail("GET", RUNS, skip=1, **fault)
    assert await combined_status(town, ref) is CombinedStatus.RED
