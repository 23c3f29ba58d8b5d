"""GitHub's clock is shown on every answer, and determines token expiry."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from github_simulator import Fault, SetClock, Simulator, served
from tests.github_simulator.conftest import Town

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def test_every_answer_shows_githubs_time() -> None:
    simulator = Simulator(clock=lambda: NOW)
    async with served(simulator) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        told = await client.post("/_simulator/clock", json={"offset": -90.0})
        simulator.inject(Fault(path="/zen", status=502))
        dates = [(await client.get(path)).headers["Date"] for path in ("/zen", "/user", "/repos/acme/shop")]

    assert (201, {"now": "2026-01-01T11:58:30+00:00"}) == (told.status_code, told.json())
    assert [NOW - timedelta(seconds=90)] * 3 == [parsedate_to_datetime(date) for date in dates]


@pytest.mark.parametrize(
    ("offset", "message"),
    [
        (-80, "'Issued at' claim ('iat') must be an Integer"),
        (700, "'Expiration time' claim ('exp') must be a numeric value"),
        (-200, "'Expiration time' claim ('exp') is too far in the future"),
    ],
)
async def test_the_moved_clock_judges_the_apps_claims(town: Town, offset: float, message: str) -> None:
    app = await town.as_app()
    assert 200 == (await app.get("/app")).status_code
    town.simulator.set_clock(SetClock(offset=offset))
    refused = await app.get("/app")
    assert 401 == refused.status_code
    assert refused.json()["message"].startswith(message)
    town.simulator.set_clock(SetClock(offset=0))

    assert 200 == (await app.get("/app")).status_code


async def test_tokens_end_early_when_the_clock_is_ahead(town: Town) -> None:
    await town.open()
    early = await town.as_installation()
    town.simulator.set_clock(SetClock(offset=3601))
    assert 401 == (await early.get("/repos/acme/shop")).status_code
    late = await town.as_installation()
    assert 200 == (await late.get("/repos/acme/shop")).status_code
    town.simulator.set_clock(SetClock(offset=0))

    assert 200 == (await early.get("/repos/acme/shop")).status_code


@pytest.mark.parametrize("offset", ["1", None, 1e12, -1e12])
async def test_a_clock_that_cannot_be_set_is_refused(town: Town, offset: object) -> None:
    refused = await (await town.client()).post("/_simulator/clock", json={"offset": offset})

    assert 422 == refused.status_code
    assert refused.json()["errors"][0].startswith("offset: Input should be")
