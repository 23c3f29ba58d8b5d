"""Check runs: one of a name on a head, and none where the bot may not."""

from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.check import Check, Conclusion
from bot.core.errors import Refused, Retry
from bot.github import GitHubForge
from tests.github.town import CHECKS, Town

RUNNING = Check(name="review", title="Reviewing", summary="…")
DONE = Check(name="review", conclusion=Conclusion.NEUTRAL, title="Reviewed", summary="2 of 3 files")
OTHER = DONE.model_copy(update={"name": "other"})


async def put(town: Town, ref: PullRef, check: Check, forge: GitHubForge | None = None) -> None:
    await (forge or town.forge).put_check(ref, town.posted()["head"], check)


def checks(town: Town) -> list[tuple[str, str, str | None]]:
    return [(check["name"], check["status"], check["conclusion"]) for check in town.posted()["checks"]]


async def test_a_check_run_is_created_and_then_concluded(town: Town) -> None:
    ref = await town.open()
    await put(town, ref, RUNNING)
    assert checks(town) == [("review", "in_progress", None)]
    await put(town, ref, DONE)
    assert checks(town) == [("review", "completed", "neutral")]
    assert town.count("POST", CHECKS) == 1


async def test_a_review_that_is_made_again_takes_the_same_check_run(town: Town) -> None:
    ref = await town.open()
    for check in (DONE, RUNNING, DONE):
        await put(town, ref, check)
    assert checks(town) == [("review", "completed", "neutral")]


async def test_another_apps_check_run_of_the_same_name_is_left_alone(town: Town) -> None:
    ref = await town.open()
    await put(town, ref, RUNNING)
    town.simulator.world.app.slug = "other-app"
    await put(town, ref, DONE)
    assert town.count("POST", CHECKS) == 2


async def test_names_keep_check_runs_apart(town: Town) -> None:
    ref = await town.open()
    await put(town, ref, DONE)
    await put(town, ref, OTHER)
    assert [name for name, _, _ in checks(town)] == ["review", "other"]


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_check_run_whose_answer_is_lost_is_found_not_created_again(town: Town, fault: Any) -> None:
    ref = await town.open()
    town.fail("POST", CHECKS, after_effect=True, **fault)
    await put(town, ref, RUNNING)
    assert len(checks(town)) == 1
    assert town.count("POST", CHECKS) == 1


async def test_a_check_run_that_is_neither_answered_nor_seen_is_left_to_the_next_try(town: Town) -> None:
    ref = await town.open()
    town.fail("POST", CHECKS, 502)
    with pytest.raises(Retry):
        await put(town, ref, RUNNING)


async def test_without_the_permission_there_is_no_check_run_and_no_second_attempt(town: Town) -> None:
    ref = await town.open()
    async with town.with_token("ghp_of_a_person") as forge:
        await put(town, ref, DONE, forge)
        await put(town, ref, DONE, forge)
    assert checks(town) == []
    assert town.count("POST", CHECKS) == 1


async def test_a_head_that_the_repository_does_not_have_gets_no_check_run(town: Town) -> None:
    ref = await town.open()
    await town.forge.put_check(ref, "f" * 40, DONE)
    assert checks(town) == []


async def test_a_check_run_that_github_refuses_otherwise_is_refused(town: Town) -> None:
    ref = await town.open()
    town.fail("POST", CHECKS, 422, body={"message": "Invalid request.", "errors": ["summary is too long"]})
    with pytest.raises(Refused, match="summary is too long"):
        await put(town, ref, DONE)
