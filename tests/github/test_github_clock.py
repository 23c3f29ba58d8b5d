"""Wrong clocks of the machine or of GitHub: the bot uses GitHub's time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.core.errors import Refused
from bot.github import AppCredentials, GitHubForge
from github_simulator import Simulator, served
from tests.github.conftest import APP
from tests.github.scene import PULL, TOKENS, Scene, small_github
from tests.openapi import Contract

HOURS = [timedelta(hours=1), timedelta(hours=-1), timedelta(days=400)]


@dataclass
class Clock:
    """GitHub's clock; the bot uses the machine's."""

    ahead: timedelta

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@asynccontextmanager
async def town_at(
    clock: Clock, keys: tuple[str, str], credentials: AppCredentials, contract: Contract
) -> AsyncIterator[Scene]:
    simulator = Simulator(app=APP, key=keys[1], clock=clock)
    async with (
        served(simulator, middlewares=[contract.check]) as url,
        GitHubForge(url, credentials, pauses=(0, 0), timeout=60) as forge,
    ):
        yield Scene(simulator, url, forge, credentials)


@pytest.mark.parametrize("ahead", HOURS)
async def test_clocks_that_differ_cost_one_call(
    ahead: timedelta, keys: tuple[str, str], credentials: AppCredentials, contract: Contract
) -> None:
    """Learnt once: later signatures and token expiry use the corrected time."""
    async with town_at(Clock(ahead), keys, credentials, contract) as town:
        ref = await town.open()
        for _ in range(3):
            assert (await town.forge.pull(ref)).ref == ref
        assert (town.count("POST", TOKENS), town.count("GET", PULL)) == (2, 3)
        assert (await town.forge.whoami()).kind == "app"
        assert await town.forge.installation_for("acme/shop") == town.installation
        assert town.count("GET", "/app") == 1
        assert town.count("GET", "/repos/{owner}/{repo}/installation") == 1


async def test_a_token_ends_by_githubs_clock(
    keys: tuple[str, str], credentials: AppCredentials, contract: Contract
) -> None:
    clock = Clock(timedelta(hours=1))
    async with town_at(clock, keys, credentials, contract) as town:
        ref = await town.open()
        await town.forge.whoami()
        soon = (clock() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        short = {"token": town.simulator.add_token("ghs_short", "robin").text, "expires_at": soon}
        town.fail("POST", TOKENS, 201, body=short)
        for _ in range(2):
            await town.forge.pull(ref)
        assert town.count("POST", TOKENS) == 2


async def test_a_clock_that_is_put_right_is_believed_again(
    keys: tuple[str, str], credentials: AppCredentials, contract: Contract
) -> None:
    clock = Clock(timedelta(hours=-1))
    async with town_at(clock, keys, credentials, contract) as town:
        for ahead in (timedelta(hours=-1), timedelta(), timedelta(hours=2)):
            clock.ahead = ahead
            assert (await town.forge.whoami()).kind == "app"


async def test_many_calls_at_once_all_learn_the_time(
    keys: tuple[str, str], credentials: AppCredentials, contract: Contract
) -> None:
    async with town_at(Clock(timedelta(hours=1)), keys, credentials, contract) as town:
        names = await asyncio.gather(*(town.forge.whoami() for _ in range(10)))
    assert {name.kind for name in names} == {"app"}


async def test_a_key_that_is_wrong_is_not_tried_again_for_the_time(town: Scene) -> None:
    town.fail("GET", "/app", 401, body={"message": "A JSON web token could not be decoded"})
    with pytest.raises(Refused, match="private key"):
        await town.forge.whoami()
    assert town.count("GET", "/app") == 1


@pytest.mark.parametrize("date", ["soon", "", "Wed, 99 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026"])
async def test_a_date_that_is_none_teaches_nothing(date: str, credentials: AppCredentials) -> None:
    asked = 0

    async def refuse(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.json_response({"message": "No"}, status=401, headers={"Date": date})

    async with small_github(web.get("/app", refuse)) as url, GitHubForge(url, credentials) as forge:
        with pytest.raises(Refused, match="401 No"):
            await forge.whoami()
    assert asked == 1


async def test_a_github_that_takes_no_signature_at_any_time_is_asked_twice(
    credentials: AppCredentials,
) -> None:
    asked = 0

    async def refuse(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600 * asked))
        return web.json_response({"message": "No"}, status=401, headers={"Date": date})

    async with small_github(web.get("/app", refuse)) as url, GitHubForge(url, credentials) as forge:
        with pytest.raises(Refused, match="machine's clock"):
            await forge.whoami()
    assert asked == 2
