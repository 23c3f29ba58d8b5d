"""From the inbox to the jobs: no delivery is lost or processed twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import Retry
from bot.core.events import Event
from bot.core.jobs import Cause, Delivery, Job, JobState, Task
from bot.engine import Store, connect
from bot.github.webhooks import WebhookEvents
from bot.review.intake import dispatcher as dispatcher_module
from bot.review.intake.dispatcher import InboxDispatcher
from bot.review.ports import Inbox, Jobs


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


def pushed(name: str, head: str, action: str = "synchronize", number: int = 7) -> Delivery:
    payload = {
        "action": action,
        "pull_request": {"number": number, "head": {"sha": head * 40}, "user": {"login": "ann"}},
        "repository": {"full_name": "octo/spoon"},
        "sender": {"login": "ann"},
    }
    return _delivery(name, "pull_request", payload)


def commented(name: str, text: str) -> Delivery:
    payload = {
        "action": "created",
        "issue": {"number": 7, "pull_request": {}},
        "comment": {"id": 99, "body": text},
        "repository": {"full_name": "octo/spoon"},
        "sender": {"login": "ben"},
    }
    return _delivery(name, "issue_comment", payload)


def _delivery(name: str, event: str, payload: object) -> Delivery:
    return Delivery(id=name, event=event, body=json.dumps(payload), received=datetime.now(UTC))


@asynccontextmanager
async def relaying(inbox: Inbox, jobs: Jobs, events: WebhookEvents | None = None) -> AsyncIterator[None]:
    task = asyncio.create_task(InboxDispatcher(inbox, jobs, events or WebhookEvents()).run())
    yield
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def read(store: Store) -> None:
    """Waits until no delivery is unread, up to the test's time limit."""
    while await store.inbox.unread_count():  # noqa: ASYNC110 - the dispatcher does not signal when it is through
        await asyncio.sleep(0.01)


async def causes(store: Store) -> list[tuple[Cause, JobState]]:
    return [(job.task.cause, job.state) for job in reversed(await store.jobs.list())]


async def test_a_push_becomes_a_job_and_a_command_goes_before_it(store: Store) -> None:
    async with relaying(store.inbox, store.jobs):
        await store.inbox.receive(pushed("d-1", "a", "opened"))
        await store.inbox.receive(commented("d-2", "/review"))
        await store.inbox.receive(commented("d-3", "nice work"))
        await read(store)

    first = await store.jobs.claim("w", timedelta(seconds=30))

    assert await causes(store) == [(Cause.OPENED, JobState.WAITING), (Cause.COMMAND, JobState.RUNNING)]
    assert first is not None
    assert (first.delivery, first.task.actor) == ("d-2", "ben")


async def test_what_came_while_nobody_read_is_read_after_the_start(store: Store) -> None:
    came = [pushed(f"d-{number}", "a", number=number) for number in range(1, 200)]
    await asyncio.gather(*map(store.inbox.receive, came))

    async with relaying(store.inbox, store.jobs):
        await read(store)

    assert (await store.jobs.counts())[JobState.WAITING] == 199


async def test_a_malformed_delivery_stops_no_other(store: Store) -> None:
    await store.inbox.receive(_delivery("bad", "pull_request", {"action": "opened", "pull_request": []}))
    await store.inbox.receive(pushed("good", "a"))

    async with relaying(store.inbox, store.jobs):
        await read(store)

    assert await causes(store) == [(Cause.PUSHED, JobState.WAITING)]


class FailingEvents(WebhookEvents):
    def read(self, event: str, body: bytes) -> Event:
        if b"bbbb" in body:
            raise ZeroDivisionError
        return super().read(event, body)


async def test_a_bug_in_reading_one_delivery_stops_no_other(store: Store) -> None:
    await store.inbox.receive(pushed("bad", "b"))
    await store.inbox.receive(pushed("good", "a"))

    async with relaying(store.inbox, store.jobs, FailingEvents()):
        await read(store)

    assert await causes(store) == [(Cause.PUSHED, JobState.WAITING)]


class Crash(BaseException):
    """The process has ended."""


class CrashingInbox:
    """An inbox whose process dies before anything is marked as read."""

    def __init__(self, inbox: Inbox) -> None:
        self.receive = inbox.receive
        self.unread = inbox.unread
        self.unread_count = inbox.unread_count
        self.known = inbox.known
        self.put_off = inbox.put_off
        self.set_aside = inbox.set_aside
        self.set_aside_count = inbox.set_aside_count
        self.wait = inbox.wait

    async def mark_read(self, ids: Sequence[str]) -> None:
        raise Crash


async def test_a_crash_between_job_and_mark_changes_nothing(store: Store) -> None:
    """The first push is superseded by the second; reading it again must not restart it."""
    await store.inbox.receive(pushed("d-1", "a", "opened"))
    await store.inbox.receive(pushed("d-2", "b"))
    await store.inbox.receive(commented("d-3", "/review"))
    with pytest.raises(Crash):
        await InboxDispatcher(CrashingInbox(store.inbox), store.jobs, WebhookEvents()).run()
    before = await store.jobs.list()

    async with relaying(store.inbox, store.jobs):
        await read(store)

    assert await store.jobs.list() == before
    assert await causes(store) == [
        (Cause.OPENED, JobState.SUPERSEDED),
        (Cause.PUSHED, JobState.WAITING),
        (Cause.COMMAND, JobState.WAITING),
    ]


async def test_a_redelivery_after_a_failure_is_another_try(store: Store) -> None:
    async with relaying(store.inbox, store.jobs):
        await store.inbox.receive(pushed("d-1", "a"))
        await read(store)
        job = await store.jobs.claim("w", timedelta(seconds=30))
        assert job is not None
        await store.jobs.finish(job, "w", JobState.FAILED, "the model was away")

        assert not await store.inbox.receive(pushed("d-1", "a"))
        await read(store)

    assert await causes(store) == [(Cause.PUSHED, JobState.WAITING)]


async def test_a_database_that_is_away_for_a_while_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher_module, "WAITS", (0.01,))
    monkeypatch.setattr(dispatcher_module, "IDLE", 0.01)
    refusals = iter([Retry("locked"), Retry("locked")])
    submit = store.jobs.submit

    async def refusing(task: Task, **words: Any) -> Job | None:
        for refusal in refusals:
            raise refusal
        return await submit(task, **words)

    monkeypatch.setattr(store.jobs, "submit", refusing)
    await store.inbox.receive(pushed("d-1", "a"))

    async with relaying(store.inbox, store.jobs):
        await read(store)

    assert await causes(store) == [(Cause.PUSHED, JobState.WAITING)]
