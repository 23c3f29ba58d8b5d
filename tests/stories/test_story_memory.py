"""What large deliveries take of the server's memory is given back."""

import asyncio
from io import BytesIO

from aiohttp import ClientSession

from bot.app.memory import EVERY
from tests.bench.memory import GROWTH, KINDS, large_body, signed
from tests.stories.diffs import LOOP
from tests.stories.stage import Stage

LARGEST = 25 * 1024 * 1024  # bytes; GitHub sends no larger delivery


async def post(stage: Stage, body: bytes) -> int:
    url = f"http://127.0.0.1:{stage.server.port}/webhooks/github"
    async with (
        ClientSession() as session,
        session.post(url, data=BytesIO(body), headers=signed(body)) as answer,
    ):
        return answer.status


async def test_two_deliveries_of_25_mb_leave_nothing_behind(stage: Stage) -> None:
    """Before the server was made to return what it had freed, it kept a quarter more."""
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await asyncio.sleep(EVERY + 1)  # what the start took is given back
    before = stage.server.memory("Rss")

    for kind in KINDS:
        assert 202 == await post(stage, large_body(LARGEST, number, kind))

    await stage.until(lambda: len(stage.logged("delivery_ignored")) >= 2, "two deliveries that are read")
    await stage.until(lambda: stage.server.memory("Rss") <= before * GROWTH, "memory as before")
    assert not stage.server.troubles
