"""What is said of a job that does not come to its end, and where."""

import pytest

from bot.core.jobs import Cause, State, Task
from bot.core.threads import Lines
from bot.review.waits import now
from tests.review.desk import HEAD, OLDER, Desk, command, job, task

REVIEWING = [task(), task(Cause.READY), command("review"), command("summary"), command("resume")]
TALKING = [command("ask why?"), command("config"), command("review docs/"), command("frobnicate")]
QUIET = [task(Cause.CHECKED), task(Cause.LABELED, label="x"), task(Cause.CLOSED)]


@pytest.mark.parametrize("of", REVIEWING)
async def test_a_review_that_failed_says_so_in_the_summary(desk: Desk, of: Task) -> None:
    await desk.telling.end(job(of), State.FAILED, "the model is unknown")

    assert desk.told == ["failed: the model is unknown"]
    assert not desk.github.said

    await desk.telling.end(job(of), State.FAILED, "it is away", again=True)
    assert desk.told[1:] == ["failed, to be asked again: it is away"]


@pytest.mark.parametrize("of", TALKING)
async def test_an_answer_that_failed_says_so_beside_it(desk: Desk, of: Task) -> None:
    await desk.telling.end(job(of), State.FAILED, "no model is @configured")

    assert not desk.told
    assert desk.said.startswith("<!-- code-review-bot:trouble 501 -->\n`mira`, this could not be done: ")
    assert "`@configured`." in desk.said


async def test_an_answer_in_a_thread_that_failed_says_so_there(desk: Desk) -> None:
    desk.github.lines_ = Lines(first=400, path="a", body="", own=False)

    await desk.telling.end(job(command("ask why?", on_lines=True)), State.FAILED, "it is spent")

    assert [first for first, _ in desk.github.replies] == [400]
    assert not desk.github.said


@pytest.mark.parametrize("of", QUIET)
async def test_what_nobody_waits_for_takes_back_only_what_was_announced(desk: Desk, of: Task) -> None:
    await desk.telling.end(job(of), State.FAILED, "it broke")

    assert desk.told == ["withdrawn: it broke"]


async def test_a_review_that_the_operator_cancelled_is_withdrawn(desk: Desk) -> None:
    await desk.telling.end(job(task()), State.CANCELLED, "not this week")

    assert desk.told == ["withdrawn: not this week"]


async def test_a_wait_is_told_to_those_who_were_told_of_the_review(desk: Desk) -> None:
    await desk.telling.wait(job(task()), "a limit", now())
    assert not desk.told

    desk.memory.heads = [HEAD]
    await desk.telling.wait(job(command("ask why?")), "a limit", now())
    assert not desk.told

    await desk.telling.wait(job(task()), "a limit", now())
    assert desk.told == ["waits: a limit"]


async def test_a_review_that_was_stopped_for_a_newer_head_is_told_where_it_was_announced(desk: Desk) -> None:
    await desk.telling.supersede(job(task(head=OLDER)))
    assert not desk.told

    desk.memory.heads = [OLDER]
    await desk.telling.supersede(job(task(head=OLDER)))
    assert desk.told == ["superseded: 0000000 by c0ffee1"]
