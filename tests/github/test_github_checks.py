"""Check runs: one per name and head, and none without the permission."""

from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.check_run import Annotation, AnnotationLevel, Check, CombinedStatus, Conclusion
from bot.core.errors import Refused, Retry
from bot.github import GitHubForge
from github_simulator import Edit, Rerun, SetCheck
from tests.github.scene import CHECKS, Scene

RUN = f"{CHECKS}/{{check_run_id}}"
RUNS = "/repos/{owner}/{repo}/commits/{ref}/check-runs"
RUNNING = Check(name="review", title="Reviewing", summary="…")
DONE = Check(name="review", conclusion=Conclusion.NEUTRAL, title="Reviewed", summary="2 of 3 files")
MARK = Annotation(path="shop/api.py", line=11, end=11, level=AnnotationLevel.NOTICE, title="t", message="m")
MARKED = DONE.model_copy(update={"annotations": (MARK,)})
OTHER = DONE.model_copy(update={"name": "other"})


async def put(town: Scene, ref: PullRef, check: Check, forge: GitHubForge | None = None) -> None:
    await (forge or town.forge).put_check(ref, town.posted()["head"], check)


def checks(town: Scene) -> list[tuple[str, str, str | None]]:
    return [(check["name"], check["status"], check["conclusion"]) for check in town.posted()["checks"]]


async def test_a_check_run_is_created_and_then_concluded(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, RUNNING)
    assert checks(town) == [("review", "in_progress", None)]
    await put(town, ref, DONE)
    assert checks(town) == [("review", "completed", "neutral")]
    assert town.count("POST", CHECKS) == 1


async def test_a_review_that_is_made_again_takes_the_same_check_run(town: Scene) -> None:
    ref = await town.open()
    for check in (DONE, RUNNING, DONE):
        await put(town, ref, check)
    assert checks(town) == [("review", "completed", "neutral")]


async def test_another_apps_check_run_of_the_same_name_is_left_alone(town: Scene) -> None:
    ref = await town.open()
    await town.simulator.set_check("acme/shop", 1, SetCheck(name="review", app="other-app"))
    await put(town, ref, DONE)
    assert (town.count("POST", CHECKS), town.count("PATCH", RUN)) == (1, 0)


async def test_names_keep_check_runs_apart(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, DONE)
    await put(town, ref, OTHER)
    assert [name for name, _, _ in checks(town)] == ["review", "other"]


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_check_run_whose_answer_is_lost_is_found_not_created_again(town: Scene, fault: Any) -> None:
    ref = await town.open()
    town.fail("POST", CHECKS, after_effect=True, **fault)
    await put(town, ref, RUNNING)
    assert len(checks(town)) == 1
    assert town.count("POST", CHECKS) == 1


async def test_a_check_run_that_is_neither_answered_nor_seen_is_left_to_the_next_try(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", CHECKS, 502)
    with pytest.raises(Retry):
        await put(town, ref, RUNNING)


async def test_with_a_plain_token_there_is_no_check_run_and_no_second_attempt(town: Scene) -> None:
    ref = await town.open()
    async with town.with_token("ghp_of_a_person") as forge:
        await put(town, ref, DONE, forge)
        await put(town, ref, DONE, forge)
    assert checks(town) == []
    assert town.count("POST", CHECKS) == 1


async def test_a_head_that_the_repository_does_not_have_gets_no_check_run(town: Scene) -> None:
    ref = await town.open()
    with pytest.raises(Refused, match="No commit found for SHA"):
        await town.forge.put_check(ref, "f" * 40, DONE)
    assert not await town.forge.put_check(ref, "f" * 40, DONE, create=False)
    assert checks(town) == []


async def test_a_check_run_that_github_refuses_otherwise_is_refused(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", CHECKS, 422, body={"message": "Invalid request.", "errors": ["summary is too long"]})
    with pytest.raises(Refused, match="summary is too long"):
        await put(town, ref, DONE)


def marked(count: int, *, first: int = 1, conclusion: Conclusion = Conclusion.NEUTRAL) -> Check:
    marks = [
        Annotation(
            path="shop/api.py",
            line=line,
            end=line,
            level=AnnotationLevel.WARNING,
            title=f"No {line}",
            message="m",
        )
        for line in range(first, first + count)
    ]
    return DONE.model_copy(update={"annotations": tuple(marks), "conclusion": conclusion})


def annotated(town: Scene) -> list[int]:
    """The lines that the newest check run annotates."""
    return [mark["start_line"] for mark in town.posted()["checks"][-1]["annotations"]]


@pytest.mark.parametrize("begun", [True, False])
async def test_annotations_are_sent_fifty_at_once(town: Scene, *, begun: bool) -> None:
    ref = await town.open()
    if begun:
        await put(town, ref, RUNNING)
    await put(town, ref, marked(120))
    assert annotated(town) == list(range(1, 121))
    assert town.count("PATCH", RUN) == (3 if begun else 2)
    [mark, *_] = town.posted()["checks"][0]["annotations"]
    assert mark == {
        "path": "shop/api.py",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "warning",
        "title": "No 1",
        "message": "m",
    }


async def test_the_same_check_put_twice_has_its_annotations_once(town: Scene) -> None:
    ref = await town.open()
    for _ in range(3):
        await put(town, ref, marked(70))
    assert annotated(town) == list(range(1, 71))
    assert len(checks(town)) == 1


async def test_what_is_lacking_is_added(town: Scene) -> None:
    """Like after a crash half-way."""
    ref = await town.open()
    town.fail("PATCH", RUN, 502)
    with pytest.raises(Retry):
        await put(town, ref, marked(120))
    assert len(annotated(town)) == 50
    await put(town, ref, marked(120))
    assert sorted(annotated(town)) == list(range(1, 121))


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("call", ["POST", "PATCH"])
async def test_annotations_whose_answer_is_lost_are_not_sent_again(
    town: Scene, call: str, fault: Any
) -> None:
    ref = await town.open()
    town.fail(call, CHECKS if call == "POST" else RUN, after_effect=True, **fault)
    await put(town, ref, marked(120))
    assert sorted(annotated(town)) == list(range(1, 121))


async def test_a_check_with_other_annotations_gets_a_run_of_its_own(town: Scene) -> None:
    """Annotations cannot be removed. GitHub shows the newest run of a name."""
    ref = await town.open()
    await put(town, ref, marked(3))
    for _ in range(2):
        await put(town, ref, RUNNING)
    for _ in range(2):
        await put(town, ref, marked(2, first=3))
    assert annotated(town) == [3, 4]
    assert len(checks(town)) == 2


async def test_more_annotations_than_anybody_reads_are_left_out(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, marked(510))
    assert len(annotated(town)) == 500


async def test_a_message_is_no_longer_than_github_takes(town: Scene) -> None:
    ref = await town.open()
    mark = Annotation(
        path="a", line=2, end=2, level=AnnotationLevel.NOTICE, title="t", message="\u20ac\U0001f600" * 10_000
    )
    await put(town, ref, DONE.model_copy(update={"annotations": (mark,)}))
    [made] = town.posted()["checks"][0]["annotations"]
    assert 65_500 < len(made["message"].encode()) <= 65_536


async def test_what_the_bots_own_check_says_is_read(town: Scene) -> None:
    ref = await town.open()
    head = town.posted()["head"]
    assert await town.forge.find_check(ref, head, "review") is None
    await put(town, ref, RUNNING)
    assert await town.forge.find_check(ref, head, "review") == RUNNING
    await put(town, ref, DONE)
    assert await town.forge.find_check(ref, head, "review") == DONE
    assert await town.forge.find_check(ref, head, "other") is None


async def test_a_conclusion_that_only_github_gives_is_neutral(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, DONE)
    [run] = town.simulator.world.repository("acme/shop").checks.values()
    run.conclusion = "stale"
    found = await town.forge.find_check(ref, town.posted()["head"], "review")
    assert found is not None
    assert found.conclusion is Conclusion.NEUTRAL


async def test_a_suite_that_was_queued_again_ends_with_the_check_as_it_is(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, MARKED)
    for whole in (False, True):
        await town.simulator.rerun("acme/shop", 1, Rerun(user="mira", all=whole))
        assert town.posted()["suites"][0]["status"] == "queued"
        before = town.posted()["checks"]

        assert await town.forge.end_check_again(ref, town.posted()["head"], "review")

        assert town.posted()["suites"][0]["conclusion"] == "neutral"
        assert town.posted()["checks"] == before


async def test_only_a_check_that_has_ended_can_end_again(town: Scene) -> None:
    ref = await town.open()
    head = town.posted()["head"]
    assert not await town.forge.end_check_again(ref, head, "review")
    await put(town, ref, RUNNING)
    assert not await town.forge.end_check_again(ref, head, "review")
    assert checks(town) == [("review", "in_progress", None)]


async def test_without_the_permission_no_check_is_read_and_none_ends(town: Scene) -> None:
    ref = await town.open()
    head = town.posted()["head"]
    town.fail("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", 403, times=5)
    assert await town.forge.find_check(ref, head, "review") is None
    assert await town.forge.find_check(ref, head, "review") is None
    assert not await town.forge.end_check_again(ref, head, "review")


async def test_without_the_permission_an_app_is_refused_every_time(town: Scene) -> None:
    """So that the check appears as soon as the permission is granted."""
    ref = await town.open()
    town.simulator.world.grant({"checks": "none"})
    for _ in range(2):
        with pytest.raises(Refused, match="Resource not accessible by integration"):
            await put(town, ref, DONE)
    town.simulator.world.grant({}, at_once=True)
    await put(town, ref, DONE)
    assert checks(town) == [("review", "completed", "neutral")]


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_check_run_that_is_not_listed_is_ended_all_the_same(town: Scene, status: int) -> None:
    ref = await town.open()
    await put(town, ref, RUNNING)
    town.fail("GET", RUNS, status, times=None)
    await put(town, ref, marked(2))
    assert checks(town) == [("review", "completed", "neutral")]
    assert annotated(town) == [1, 2]


async def test_where_check_runs_are_not_listed_none_is_begun(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", RUNS, 403)
    with pytest.raises(Refused):
        await put(town, ref, RUNNING)
    assert checks(town) == []


async def test_one_that_is_not_there_is_not_made_to_be_ended(town: Scene) -> None:
    ref, head = await town.open(), town.posted()["head"]
    assert not await town.forge.put_check(ref, head, DONE, create=False)
    assert await town.forge.put_check(ref, head, RUNNING)
    assert await town.forge.put_check(ref, head, DONE, create=False)
    assert checks(town) == [("review", "completed", "neutral")]


@pytest.mark.parametrize("begun", [True, False])
async def test_annotations_that_github_does_not_take_never_cost_the_check(
    town: Scene, *, begun: bool
) -> None:
    ref = await town.open()
    if begun:
        await put(town, ref, RUNNING)
    town.fail("PATCH" if begun else "POST", RUN if begun else CHECKS, 422)
    await put(town, ref, marked(3))
    assert checks(town) == [("review", "completed", "neutral")]
    assert annotated(town) == []


async def test_further_annotations_that_are_refused_leave_the_check_as_it_is(town: Scene) -> None:
    ref = await town.open()
    town.fail("PATCH", RUN, 403, times=None)
    await put(town, ref, marked(120))
    assert checks(town) == [("review", "completed", "neutral")]
    assert len(annotated(town)) == 50


async def test_where_nobody_tells_which_annotations_are_there_none_are_added(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, marked(3))
    town.fail("GET", f"{RUN}/annotations", 403)
    await put(town, ref, marked(2, first=3, conclusion=Conclusion.SUCCESS))
    assert checks(town) == [("review", "completed", "success")]
    assert annotated(town) == [1, 2, 3]


async def test_the_text_of_a_check_stands_below_its_summary(town: Scene) -> None:
    ref = await town.open()
    await put(town, ref, DONE.model_copy(update={"text": "The whole review."}))
    assert town.posted()["checks"][0]["text"] == "The whole review."


UNLISTED: list[dict[str, Any]] = [
    {"status": 200, "body": {}},
    {"status": 200, "body": {"total_count": 1}},
    {"status": 200, "body": {"total_count": 1, "check_runs": None}},
    {"status": 200, "body": {"total_count": 1, "check_runs": []}},
    {"status": 200, "body": {"total_count": 1, "check_runs": [None]}},
    {"status": 200, "body": []},
    {"status": 200, "body": "<html>"},
    {"status": 500},
    {"status": 403},
]
APPS: list[Any] = [None, {"id": 7}, {"id": 7, "slug": None}, {"slug": None}, {}, [], "code-review-bot"]


@pytest.mark.parametrize("fault", UNLISTED)
async def test_the_run_that_was_written_is_ended_whatever_the_list_says(town: Scene, fault: Any) -> None:
    ref, head = await town.open(), town.posted()["head"]
    await put(town, ref, RUNNING)
    town.fail("GET", RUNS, times=None, **fault)
    await put(town, ref, DONE)
    assert checks(town) == [("review", "completed", "neutral")]
    assert await town.forge.end_check_again(ref, head, "review")
    found = await town.forge.find_check(ref, head, "review")
    assert found is not None
    assert (found.conclusion, found.title) == (Conclusion.NEUTRAL, "Reviewed")
    assert checks(town) == [("review", "completed", "neutral")]


@pytest.mark.parametrize("fault", UNLISTED[:5])
async def test_after_a_restart_nothing_in_progress_is_begun_unseen(town: Scene, fault: Any) -> None:
    ref, head = await town.open(), town.posted()["head"]
    await put(town, ref, DONE)
    async with GitHubForge(town.url, town.credentials, pauses=(0,)) as fresh:
        town.fail("GET", RUNS, times=None, **fault)
        with pytest.raises(Refused, match="cannot be read"):
            await put(town, ref, RUNNING, fresh)
        assert await fresh.end_check_again(ref, head, "review") is None
        assert await fresh.find_check(ref, head, "review") is None
        assert len(checks(town)) == 1


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": {}}])
async def test_a_check_that_ends_is_written_unseen(town: Scene, fault: Any) -> None:
    """Like on the commit of a merge queue."""
    ref = await town.open()
    town.fail("GET", RUNS, times=None, **fault)
    for _ in range(2):
        await put(town, ref, DONE)
    assert checks(town) == [("review", "completed", "neutral")]


@pytest.mark.parametrize("app", APPS)
async def test_the_bots_own_run_is_known_where_it_tells_little_of_its_app(town: Scene, app: Any) -> None:
    ref, head = await town.open(), town.posted()["head"]
    await put(town, ref, RUNNING)
    edits = (Edit(at="/check_runs/0/app", value=app),)
    async with GitHubForge(town.url, town.credentials, pauses=(0,)) as fresh:
        town.fail("GET", RUNS, times=None, edits=edits)
        assert await fresh.combined_status(ref, head) is CombinedStatus.NONE
        await put(town, ref, DONE, fresh)
    assert checks(town) == [("review", "completed", "neutral")]


async def test_another_apps_mark_makes_its_run_no_run_of_the_bots(town: Scene) -> None:
    ref = await town.open()
    await town.simulator.set_check("acme/shop", 1, SetCheck(name="review", app="other-app"))
    [run] = town.simulator.world.repository("acme/shop").checks.values()
    run.external = "code-review-bot[bot]"
    await put(town, ref, DONE)
    assert (town.count("POST", CHECKS), town.count("PATCH", RUN)) == (1, 0)


async def test_a_run_that_is_gone_is_made_anew(town: Scene) -> None:
    ref, head = await town.open(), town.posted()["head"]
    for forgotten in (True, False):
        await put(town, ref, RUNNING)
        town.simulator.world.repository("acme/shop").checks.clear()
        if forgotten:
            assert await town.forge.find_check(ref, head, "review") is None
        await put(town, ref, DONE)
        assert checks(town) == [("review", "completed", "neutral")]


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": {}}, {"status": 500}])
async def test_a_run_that_is_not_shown_says_what_was_written(town: Scene, fault: Any) -> None:
    ref, head = await town.open(), town.posted()["head"]
    await put(town, ref, DONE)
    for path in (RUNS, RUN):
        town.fail("GET", path, times=None, **fault)
    found = await town.forge.find_check(ref, head, "review")
    assert found == DONE.model_copy(update={"summary": ""})
