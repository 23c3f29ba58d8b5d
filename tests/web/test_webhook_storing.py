"""Unusual bodies are stored; the sender learns what cannot be stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.errors import DatabaseError
from bot.core.jobs import Delivery
from bot.engine import Store, connect
from bot.github.webhooks import WebhookEvents
from bot.review.intake.dispatcher import InboxDispatcher
from bot.web import webhook as webhook_module
from tests.web.site import Site, site

ID = 2**33


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").fresh()
    async with await connect(url) as opened:
        yield opened


@pytest.fixture
async def web(store: Store) -> AsyncIterator[Site]:
    async with site(store) as opened:
        yield opened


def command(text: str, padding: int = 0) -> bytes:
    """A comment, escaped to ASCII, as some proxies and libraries write it."""
    payload = {
        "action": "created",
        "issue": {"number": 7, "pull_request": {}, "title": text, "body": "x" * padding},
        "comment": {"id": ID, "body": f"/ask {text}"},
        "repository": {"full_name": "octo/spoon"},
        "installation": {"id": ID},
        "sender": {"login": "ben"},
    }
    return json.dumps(payload).encode()


async def carried(store: Store) -> None:
    """Waits until the dispatcher has read every delivery, up to the test's time limit."""
    relay = asyncio.create_task(InboxDispatcher(store.inbox, store.jobs, WebhookEvents()).run())
    while await store.inbox.unread_count():  # noqa: ASYNC110 - the dispatcher does not signal
        await asyncio.sleep(0.01)
    relay.cancel()


@pytest.mark.parametrize("padding", [0, webhook_module.LARGE])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("why \ud83d?", "why \ufffd?"),
        ("why \udc00\ud83d?", "why \ufffd\ufffd?"),
        ("why \0?", "why ?"),
        ("why 😀?", "why 😀?"),
    ],
)
async def test_a_command_with_odd_characters_becomes_a_job(
    web: Site, store: Store, text: str, kept: str, padding: int
) -> None:
    answer = await web.deliver(command(text, padding), event="issue_comment")
    await carried(store)

    [job] = await store.jobs.list()
    assert 202 == answer.status
    assert (f"ask {kept}", ID, ID) == (job.task.command, job.task.comment, job.task.pull.installation)


async def test_a_large_body_that_is_no_json_is_set_aside(web: Site, store: Store) -> None:
    answer = await web.deliver(b'{"a": "' + b"x" * webhook_module.LARGE)
    await carried(store)

    [aside] = await store.inbox.list_set_aside()
    assert 202 == answer.status
    assert ("d-1", "pull_request") == (aside.delivery, aside.event)
    assert "Invalid JSON" in aside.reason


async def test_a_delivery_that_the_database_will_never_take_is_told_and_logged(
    web: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusing(_delivery: Delivery) -> bool:
        raise DatabaseError("database bot rejects it: NumericValueOutOfRange: integer out of range")

    monkeypatch.setattr(store.inbox, "receive", refusing)
    with capture_logs() as logged:
        answer = await web.deliver()

    assert (500, {"error": "the delivery cannot be stored; see the log for details"}) == (
        answer.status,
        answer.body,
    )
    assert "d-1" in [line.get("delivery") for line in logged if line["event"] == "delivery_store_refused"]


async def test_metrics_count_what_is_set_aside(web: Site, store: Store) -> None:
    for name in ("d-1", "d-2"):
        await web.deliver(name=name)
    await store.inbox.set_aside("d-1", "malformed")

    lines = (await web.get("/metrics")).body.splitlines()

    assert "review_bot_deliveries_set_aside 1.0" in lines
    assert "review_bot_deliveries_unread 1.0" in lines
