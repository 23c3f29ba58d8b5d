"""Notices about jobs that end without a review, and where they are posted."""

import pytest

from bot.core.comments.comment import Reaction
from bot.core.errors import Refused, Retry
from bot.core.findings.threads import LineContext
from bot.core.jobs import Cause, JobState, Task
from bot.engine.db.clock import utc_now as now
from tests.review.harness import HEAD, OLDER, Harness, command, job, record, task

REVIEWING = [task(), task(Cause.READY)]
COMMANDS = [command("review"), command("summary"), command("resume")]
TALKING = [command("ask why?"), command("config"), command("review docs/"), command("frobnicate")]
QUIET = [task(Cause.CHECKED), task(Cause.LABELED, label="x"), task(Cause.CLOSED)]


@pytest.mark.parametrize("of", REVIEWING)
async def test_a_review_that_failed_says_so_in_the_summary(harness: Harness, of: Task) -> None:
    await harness.notices.end(job(of), JobState.FAILED, "the model is unknown")

    assert harness.told == ["failed: the model is unknown"]
    assert not harness.github.said

    await harness.notices.end(job(of), JobState.FAILED, "it is away", again=True)
    assert harness.told[1:] == ["failed, to be asked again: it is away"]


@pytest.mark.parametrize("of", COMMANDS)
async def test_a_command_that_failed_is_told_under_the_command(harness: Harness, of: Task) -> None:
    await harness.notices.end(job(of), JobState.FAILED, "the model is unknown")

    assert not harness.told
    assert harness.reactions == [Reaction.CONFUSED]
    assert "the request failed: the model is unknown." in harness.said


@pytest.mark.parametrize("of", COMMANDS)
async def test_what_a_command_has_announced_is_ended_besides(harness: Harness, of: Task) -> None:
    harness.memory.heads = [HEAD]
    await harness.notices.end(job(of), JobState.FAILED, "the model is unknown")

    assert harness.told == ["failed: the model is unknown"]
    assert "the request failed" in harness.said


@pytest.mark.parametrize("of", [*COMMANDS, *QUIET])
async def test_the_review_that_a_head_has_stands_whatever_comes_of_another(
    harness: Harness, of: Task
) -> None:
    harness.memory.record = record()
    await harness.notices.end(job(of), JobState.FAILED, "the model is unknown")

    assert harness.told == ["restored: the model is unknown"]


@pytest.mark.parametrize("error", [Refused("403 Forbidden"), Retry("GitHub is away")])
async def test_where_the_pull_cannot_be_read_what_was_announced_is_ended(
    harness: Harness, error: Exception
) -> None:
    harness.github.trouble = error
    harness.memory.heads = [OLDER, HEAD]
    await harness.notices.end(job(command("review")), JobState.FAILED, "it broke")

    assert harness.told == ["failed: it broke"]


@pytest.mark.parametrize("of", TALKING)
async def test_an_answer_that_failed_says_so_beside_it(harness: Harness, of: Task) -> None:
    await harness.notices.end(job(of), JobState.FAILED, "no model is @configured")

    assert not harness.told
    assert harness.said.startswith("<!-- code-review-bot:trouble 501 -->\n`mira`, the request failed: ")
    assert "`@configured`." in harness.said


async def test_an_answer_in_a_thread_that_failed_says_so_there(harness: Harness) -> None:
    harness.github.lines_ = LineContext(first=400, path="a", body="", own=False)

    await harness.notices.end(job(command("ask why?", on_lines=True)), JobState.FAILED, "it is spent")

    assert [first for first, _ in harness.github.replies] == [400]
    assert not harness.github.said


@pytest.mark.parametrize("of", QUIET)
async def test_what_nobody_waits_for_takes_back_only_what_was_announced(harness: Harness, of: Task) -> None:
    await harness.notices.end(job(of), JobState.FAILED, "it broke")

    assert harness.told == ["withdrawn: it broke"]


async def test_a_review_that_the_operator_cancelled_is_withdrawn(harness: Harness) -> None:
    await harness.notices.end(job(task()), JobState.CANCELLED, "not this week")

    assert harness.told == ["withdrawn: not this week"]


async def test_a_wait_is_told_to_those_who_were_told_of_the_review(harness: Harness) -> None:
    await harness.notices.wait(job(task()), "a limit", now())
    assert not harness.told

    harness.memory.heads = [HEAD]
    await harness.notices.wait(job(command("ask why?")), "a limit", now())
    assert not harness.told

    await harness.notices.wait(job(task()), "a limit", now())
    assert harness.told == ["waits: a limit"]


async def test_a_review_that_was_stopped_for_a_newer_head_is_told_where_it_was_announced(
    harness: Harness,
) -> None:
    await harness.notices.supersede(job(task(head=OLDER)))
    assert not harness.told

    harness.memory.heads = [OLDER]
    await harness.notices.supersede(job(task(head=OLDER)))
    assert harness.told == ["superseded: 0000000 by c0ffee1"]


async def test_a_reply_that_could_not_be_learned_is_told_to_nobody(harness: Harness) -> None:
    """The next review reads it again."""
    reply = job(task(Cause.REPLIED, comment=501))

    await harness.notices.end(reply, JobState.FAILED, "GitHub refused it")
    await harness.notices.wait(reply, "GitHub is unavailable", reply.due)

    assert harness.told == []
    assert not harness.github.said
    assert harness.reactions == []
