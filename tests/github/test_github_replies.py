"""Which events about replies in threads make a job: reasons, their edits and their deletion."""

import json
from typing import Any

import pytest

from bot.core.events import IgnoredEvent, RelevantEvent
from bot.core.jobs import Cause, ReplyChange, Task
from bot.github.webhooks.dispatch import read_event
from bot.github.webhooks.triggers import Triggers

WHY = "Intended, because lists are never empty here"
BOT = "code-review-bot[bot]"
TRIGGERS = Triggers(name="code-review-bot", own_login=BOT)
MIRA = {"login": "mira", "type": "User"}


def event(body: str | None = WHY, action: str = "created", sender: Any = None, **comment: Any) -> bytes:
    usual = {
        "id": 501,
        "body": body,
        "user": MIRA,
        "in_reply_to_id": 400,
        "updated_at": "2026-11-20T10:00:00Z",
    }
    payload = {
        "action": action,
        "pull_request": {"number": 7},
        "comment": usual | comment,
        "repository": {"full_name": "octo/spoon"},
        "installation": {"id": 99},
        "sender": sender or MIRA,
    }
    return json.dumps(payload).encode()


def read(body: bytes) -> Task | None:
    result = read_event("pull_request_review_comment", body, TRIGGERS)
    if isinstance(result, IgnoredEvent):
        return None
    assert isinstance(result, RelevantEvent)
    [task] = result.tasks
    return task


def test_a_reply_with_a_reason_is_a_job() -> None:
    task = read(event())

    assert task
    assert (task.cause, task.reply, task.comment, task.actor, task.on_lines, task.command) == (
        Cause.REPLIED, ReplyChange.REASONED, 501, "mira", True, "",
    )  # fmt: skip
    assert task.key == "octo/spoon#7!reply 501 reasoned 2026-11-20T10:00:00Z"
    assert task.lane == "octo/spoon#7"


@pytest.mark.parametrize(
    "body", ["thanks", "fixed", "why?", None, "@code-review-bot this is by design: see it"]
)
def test_other_replies_are_no_reason(body: str | None) -> None:
    task = read(event(body))

    assert task is None or task.cause is Cause.COMMAND


def test_a_dismissal_stays_a_command() -> None:
    task = read(event("/dismiss the caller checks it"))

    assert task
    assert (task.cause, task.command) == (Cause.COMMAND, "dismiss the caller checks it")


@pytest.mark.parametrize(
    "how",
    [
        {"sender": {"login": "other[bot]", "type": "Bot"}},
        {"sender": {"login": BOT, "type": "Bot"}},
        {"performed_via_github_app": {"id": 5}},
        {"body": f"<!-- code-review-bot:x -->\n{WHY}"},
        {"in_reply_to_id": None},
    ],
)
def test_automated_comments_and_those_that_begin_a_thread_are_no_reason(how: dict[str, Any]) -> None:
    assert read(event(**how)) is None


def test_an_edit_is_a_job_of_its_own() -> None:
    first, second = (
        read(event(action="edited")),
        read(event(action="edited", updated_at="2026-11-21T10:00:00Z")),
    )
    revised = read(event("never mind", action="edited"))

    assert first
    assert second
    assert revised
    assert first.key != second.key
    assert (first.reply, revised.reply) == (ReplyChange.REASONED, ReplyChange.REVISED)
    assert revised.command == ""


def test_a_dismissal_that_is_edited_is_not_run_again() -> None:
    task = read(event("/dismiss the caller checks it", action="edited"))

    assert task
    assert (task.cause, task.reply) == (Cause.REPLIED, ReplyChange.REASONED)


def test_a_deletion_is_a_job_whoever_deletes_it() -> None:
    task = read(event(action="deleted", sender={"login": "ben", "type": "User"}))

    assert task
    assert (task.cause, task.reply, task.comment, task.actor) == (
        Cause.REPLIED, ReplyChange.DELETED, 501, "mira",
    )  # fmt: skip


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_edits_of_bots_and_of_comments_that_begin_a_thread_are_ignored(action: str) -> None:
    assert read(event(action=action, user={"login": BOT, "type": "Bot"})) is None
    assert read(event(action=action, in_reply_to_id=None)) is None
