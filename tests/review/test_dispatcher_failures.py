"""A delivery that cannot become a job blocks no other, is listed with its reason, and can be read again."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.core.errors import DatabaseError, Retry
from bot.core.jobs import Delivery, Job, JobState, Task
from bot.engine import RetentionLimits, Store, connect
from bot.github.webhooks import WebhookEvents
from bot.review.intake import dispatcher as relay_module
from bot.review.intake.dispatcher import BATCH, InboxDispatcher

TOO_LARGE = 2**63  # an id that fits into no column


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").fresh()
    async with await connect(url) as opened:
        yield opened


def pushed(name: str, number: int, installation: int = 2**33) -> Delivery:
    payload = {
        "action": "synchronize",
        "pull_request": {"number": number, "head": {"sha": "a" * 40}},
        "repository": {"full_name": "octo/spoon"},
        "installation": {"id": installation},
        "sender": {"login": "ann"},
    }
    body = json.dumps(payload).encode()
    return Delivery(id=name, event="pull_request", body=body, received=datetime.now(UTC))


def good(count: int) -> list[Delivery]:
    return [pushed(f"good-{number}", number) for number in range(1, count + 1)]


async def receive(store: Store, *deliveries: Delivery) -> None:
    """In this order."""
    for delivery in deliveries:
        await store.inbox.receive(delivery)


@asynccontextmanager
async def relaying(store: Store) -> AsyncIterator[None]:
    task = asyncio.create_task(InboxDispatcher(store.inbox, store.jobs, WebhookEvents()).run())
    yield
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def all_read(store: Store) -> None:
    """Waits up to the test's time limit."""
    while await store.inbox.unread_count():  # noqa: ASYNC110 - the dispatcher does not signal when it is through
        await asyncio.sleep(0.01)


async def partial_review(store: Store) -> dict[str, str]:
    """The reasons of set-aside deliveries by id."""
    return {one.delivery: one.reason for one in await store.inbox.list_set_aside()}


async def test_ninety_nine_good_ones_behind_a_poisonous_one_go_on(store: Store) -> None:
    await receive(store, pushed("poison", 999, TOO_LARGE), *good(99))

    with capture_logs() as logged:
        async with relaying(store):
            await all_read(store)

    assert 99 == (await store.jobs.counts())[JobState.WAITING]
    assert ["poison"] == list(await partial_review(store))
    assert "rejects it" in (await partial_review(store))["poison"]
    [told] = [line for line in logged if line["event"] == "delivery_set_aside"]
    assert ("error", (await partial_review(store))["poison"]) == (told["log_level"], told["reason"])


async def test_more_poisonous_ones_than_are_read_at_once_hold_up_nobody(store: Store) -> None:
    poison = [pushed(f"poison-{number}", number, TOO_LARGE) for number in range(1, BATCH + 10)]
    await receive(store, *poison, *good(3))

    async with relaying(store):
        await all_read(store)

    assert 3 == (await store.jobs.counts())[JobState.WAITING]
    assert {one.id for one in poison} == set(await partial_review(store))
    assert len(poison) == await store.inbox.set_aside_count()


class Refusing:
    """Jobs that reject some pull requests, temporarily unless `error` says otherwise."""

    def __init__(
        self,
        store: Store,
        numbers: Collection[int],
        monkeypatch: pytest.MonkeyPatch,
        error: Exception | None = None,
    ) -> None:
        self.numbers = set(numbers)
        self.error = error or Retry("locked")
        self.tries = 0
        self._submit = store.jobs.submit
        monkeypatch.setattr(store.jobs, "submit", self.submit)
        monkeypatch.setattr(relay_module, "WAITS", (0.05, 0.1))

    async def submit(self, task: Task, **words: Any) -> Job | None:
        if task.pull.number in self.numbers:
            self.tries += 1
            raise self.error
        return await self._submit(task, **words)


async def test_deliveries_that_must_wait_hold_up_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any number of them; they are read after the failure has passed."""
    waiting = [pushed(f"waits-{number}", 1000 + number) for number in range(BATCH + 10)]
    refusing = Refusing(store, range(1000, 2000), monkeypatch)
    await receive(store, *waiting, *good(5))

    async with relaying(store):
        while len(waiting) < await store.inbox.unread_count():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert 5 == (await store.jobs.counts())[JobState.WAITING]
        refusing.numbers.clear()
        await all_read(store)

    assert len(waiting) + 5 == (await store.jobs.counts())[JobState.WAITING]
    assert not await partial_review(store)


@pytest.mark.parametrize("error", [Retry("locked"), DatabaseError("refused"), LookupError("a bug")])
async def test_the_other_pull_requests_of_a_delivery_get_their_jobs(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refusing = Refusing(store, [2], monkeypatch, error)
    pulls = [{"number": number, "head": {"sha": "a" * 40}} for number in (1, 2, 3)]
    payload = {
        "action": "completed",
        "check_suite": {"id": 2**33, "head_sha": "a" * 40, "pull_requests": pulls},
        "repository": {"full_name": "octo/spoon"},
        "sender": {"login": "ann"},
    }
    body = json.dumps(payload).encode()
    await receive(store, Delivery(id="suite", event="check_suite", body=body, received=datetime.now(UTC)))

    async with relaying(store):
        if isinstance(error, Retry):
            while refusing.tries < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        else:
            await all_read(store)

    assert {1, 3} == {job.task.pull.number for job in await store.jobs.list()}


async def test_one_that_waits_is_never_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = Refusing(store, [7], monkeypatch)
    await receive(store, pushed("waits", 7))

    async with relaying(store):
        while refusing.tries < 12:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert 1 == await store.inbox.unread_count()
        refusing.numbers.clear()
        await all_read(store)

    assert 1 == (await store.jobs.counts())[JobState.WAITING]


async def test_one_that_was_set_aside_is_read_again_when_the_operator_says_so(store: Store) -> None:
    await receive(store, pushed("poison", 7, TOO_LARGE))
    async with relaying(store):
        await all_read(store)
        first = (await store.inbox.list_set_aside())[0]

        assert await store.inbox.reread("poison")
        await all_read(store)
        again = (await store.inbox.list_set_aside())[0]

    assert first.at < again.at
    assert not await store.inbox.reread("nobody")


async def test_one_that_was_set_aside_is_read_again_when_github_redelivers_it(store: Store) -> None:
    await receive(store, pushed("d-1", 7))
    await store.inbox.set_aside("d-1", "a bug of the release before")

    async with relaying(store):
        await receive(store, pushed("d-1", 7))
        await all_read(store)

    assert 1 == (await store.jobs.counts())[JobState.WAITING]
    assert not await partial_review(store)


async def test_one_that_was_set_aside_is_forgotten_in_its_time(store: Store) -> None:
    old = pushed("old", 7).model_copy(update={"received": datetime.now(UTC) - timedelta(days=8)})
    await receive(store, old, pushed("young", 8))
    for name in ("old", "young"):
        await store.inbox.set_aside(name, "malformed")

    await store.retention.prune(RetentionLimits(deliveries=timedelta(days=7)))

    assert ["young"] == list(await partial_review(store))


@pytest.mark.parametrize("body", [b"", b"{", b'{"action": "opened"}', b"\xff", b"[]", b'{"a": "\\ud83d"}'])
async def test_a_body_that_cannot_be_read_is_set_aside(store: Store, body: bytes) -> None:
    bad = Delivery(id="bad", event="pull_request", body=body, received=datetime.now(UTC))
    await receive(store, bad, *good(2))

    async with relaying(store):
        await all_read(store)

    assert 2 == (await store.jobs.counts())[JobState.WAITING]
    assert set(await partial_review(store)) <= {"bad"}


async def test_a_body_that_was_damaged_on_the_disk_is_set_aside(store: Store) -> None:
    await receive(store, pushed("damaged", 7), *good(2))
    damage = text("UPDATE bodies SET body = :bytes WHERE delivery = (SELECT min(delivery) FROM bodies)")
    await store.inbox._writer.run(lambda connection: connection.execute(damage, {"bytes": b"rust"}))

    async with relaying(store):
        await all_read(store)

    assert 2 == (await store.jobs.counts())[JobState.WAITING]
    assert ["damaged"] == list(await partial_review(store))
