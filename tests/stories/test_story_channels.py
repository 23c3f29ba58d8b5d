"""GitHub says no to parts of a review: locked, archived, blocked, no longer permitted. What a reader sees
then.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.app.serving import serving
from bot.core.jobs import JobState
from github_simulator import Fault, Simulator, served
from github_simulator.control_requests import Archive, BeginReview, Block, GrantApp, NewCommit, OpenPull
from tests.stories.refusals.cell import FIX, LOOP, Cell
from tests.stories.refusals.house import House, chosen, house, in_haste
from tests.stories.refusals.model import COPY, DOCS, EMPTY, NAME
from tests.stories.stage import BOT, SECRET

FOUND = (EMPTY, COPY, NAME, DOCS)
COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
PERMISSION = "/repos/{owner}/{repo}/collaborators/{username}/permission"
PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"


@pytest.fixture
async def home(tmp_path: Path, key: str) -> AsyncIterator[House]:
    async with house(tmp_path, key) as running:
        yield running


@pytest.fixture
def cell(home: House) -> Cell:
    return Cell(home, "acme")


def before_the_answer(cell: Cell, work: Callable[[], object]) -> None:
    """`work` is done while the model thinks about the first question."""
    usual = cell.house.model.respond
    assert usual

    def respond(body: dict[str, Any]) -> Any:
        if len(cell.house.model.asked) == 1:
            work()
        return usual(body)

    cell.house.model.respond = respond


async def states(cell: Cell) -> list[JobState]:
    return [job.state for job in await cell.house.jobs(cell.repository)]


def grant(cell: Cell, *, at_once: bool = False, **permissions: Any) -> None:
    cell.house.simulator.grant_app(GrantApp(permissions=permissions, at_once=at_once))


async def test_in_a_locked_conversation_the_check_has_the_whole_review(cell: Cell) -> None:
    await cell.open(draft=True)
    cell.lock()
    await cell.make_ready()

    assert (await states(cell))[-1] is JobState.DONE
    assert cell.check["conclusion"] == "success"
    assert "issue is locked" in cell.check["summary"]
    assert "## Review of" in cell.check["text"]
    assert all(title in cell.check["text"] for title in FOUND)
    assert cell.summary == ""


async def test_when_the_conversation_is_locked_meanwhile_the_check_is_ended(cell: Cell) -> None:
    before_the_answer(cell, cell.lock)
    await cell.open()

    assert cell.check["conclusion"] == "success"
    assert all(title in cell.check["text"] for title in FOUND)
    assert "**Reviewing" in cell.summary  # which nobody can take away now

    cell.lock(locked=False)
    await cell.push(FIX)
    assert "## Review of" in cell.summary
    assert "Reviewing" not in cell.summary


async def test_when_the_repository_is_archived_meanwhile_the_operator_can_read_the_review(cell: Cell) -> None:
    archive = Archive(repository=cell.repository)
    before_the_answer(cell, lambda: cell.house.simulator.archive(archive))
    await cell.open()

    [job] = await cell.house.jobs(cell.repository)
    assert job.state is JobState.FAILED
    assert "Repository was archived so is read-only" in (job.error or "")
    record = await cell.house.bot.store.records.of_job(job.id)
    assert record
    assert {finding.title for finding in record.review.findings} == set(FOUND)


async def test_who_has_blocked_the_bot_reads_the_review_in_the_check(cell: Cell) -> None:
    cell.house.simulator.block(Block(user="octocat", blocked=BOT))
    await cell.open()

    assert await states(cell) == [JobState.DONE]
    assert "User is blocked" in cell.check["summary"]
    assert all(title in cell.check["text"] for title in FOUND)
    assert (cell.summary, cell.remarks) == ("", [])


async def test_a_check_that_may_not_be_ended_is_told_of_and_ended_later(cell: Cell) -> None:
    before_the_answer(cell, lambda: grant(cell, checks="none", at_once=True))
    await cell.open()
    old = cell.check
    assert (old["status"], await states(cell)) == ("in_progress", [JobState.DONE])
    assert "Could not create or complete the check run" in cell.summary
    assert all(title in cell.summary for title in FOUND)

    grant(cell, at_once=True)
    await cell.push(FIX)
    assert {check["status"] for check in cell.pull["checks"]} == {"completed"}
    assert "Could not " not in cell.summary


@pytest.mark.parametrize("lacking", [{"issues": "none", "pull_requests": "read"}, {"checks": "none"}])
async def test_without_a_permission_the_rest_has_the_review(cell: Cell, lacking: dict[str, Any]) -> None:
    grant(cell, **lacking)
    await cell.open()

    assert "Resource not accessible by integration" in cell.summary + str(cell.check)
    shown = cell.summary + str(cell.check) + str(cell.remarks)
    assert all(title in shown for title in FOUND)
    assert "in_progress" not in str(cell.check)


async def test_a_review_that_the_app_has_begun_elsewhere_is_not_in_the_way(cell: Cell) -> None:
    await cell.open(draft=True)
    cell.house.simulator.begin_review(cell.repository, 1, BeginReview(user=BOT, body="Half a thought"))
    cell.house.simulator.world.pull(cell.repository, 1).draft = False
    await cell.say("/review")

    assert len(cell.remarks) == 3
    assert [review["state"] for review in cell.pull["reviews"]] == ["CHANGES_REQUESTED"]
    assert "Could not post" not in cell.summary


@pytest.mark.parametrize("status", [403, 404, 422, 451])
async def test_a_command_of_somebody_of_whom_nothing_is_known_changes_nothing(
    cell: Cell, status: int
) -> None:
    await cell.open()
    before = cell.summary, cell.check
    cell.refuse(method="GET", path=PERMISSION, status=status)
    comment = await cell.say("/review", user="stranger", permission=None)

    assert (cell.summary, cell.check, cell.said) == (*before, [])
    assert [one["content"] for one in cell.pull["reactions"] if one["comment"] == comment] == ["-1"]


async def test_a_command_that_fails_is_told_under_the_command(cell: Cell) -> None:
    await cell.open()
    before = cell.summary, cell.check
    cell.refuse(method="GET", path=f"{PULL}/files", status=403)
    cell.refuse(method="GET", path=PULL, variant="diff", status=406)
    comment = await cell.say("/review")

    assert (cell.summary, cell.check) == before
    [told] = cell.said
    assert "`mira`, the request failed: GitHub refused" in told
    given = [one["content"] for one in cell.pull["reactions"] if one["comment"] == comment]
    assert given == ["eyes", "confused"]
    assert (await states(cell))[-1] is JobState.FAILED


async def test_a_question_in_a_locked_conversation_gets_a_reaction(cell: Cell) -> None:
    await cell.open()
    cell.lock()
    comment = await cell.say("/ask why?")

    assert not cell.said
    assert [one["content"] for one in cell.pull["reactions"] if one["comment"] == comment] == [
        "eyes",
        "confused",
    ]
    events = [one["event"] for one in cell.house.logged if one["level"] == "warning"]
    assert "channel_disabled" in events


async def test_an_end_that_could_not_be_told_is_told_after_a_restart(tmp_path: Path, key: str) -> None:
    """The change cannot be read, and the comment cannot be written while the first server runs; the check
    ends at once.
    """
    simulator = Simulator(secret=SECRET, app=1)
    simulator.inject(Fault(method="PATCH", path=COMMENT, status=500, times=None))
    simulator.inject(Fault(method="GET", path=PULL, variant="diff", status=406, times=None))
    simulator.inject(Fault(method="GET", path=f"{PULL}/files", status=403, times=None))
    opening = OpenPull(repository="acme/shop", title="x", commits=[NewCommit(message="m", diff=LOOP)])
    async with served(simulator):
        settings = chosen(simulator, None, key, tmp_path)
        with in_haste():
            async with serving(settings) as bot:
                simulator.hook.url = f"http://127.0.0.1:{bot.port}/webhooks/github"
                await simulator.open_pull(opening)
                await _until(lambda: _ending(bot, JobState.FAILED))
            [pull] = simulator.state()["pulls"]
            assert [check["conclusion"] for check in pull["checks"]] == ["failure"]
            assert "**Reviewing" in pull["comments"][0]["body"]

            simulator.clear_faults()
            async with serving(settings) as bot:
                await _until(lambda: _is_told(simulator))
        await simulator.stop()


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in a database, or behind a wire
            await asyncio.sleep(0.05)


async def _ending(bot: Any, state: JobState) -> bool:
    jobs = await bot.store.jobs.list()
    return bool(jobs) and jobs[0].ending is state


async def _is_told(simulator: Simulator) -> bool:
    [pull] = simulator.state()["pulls"]
    return " failed:**" in pull["comments"][0]["body"]
