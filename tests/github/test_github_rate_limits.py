"""Rate limits are respected by all clients that share the cooldowns."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web

from bot.core.change import PullRef
from bot.core.comments.comment import MarkedText
from bot.core.cooldowns import Cooldown, LocalCooldowns
from bot.core.errors import Refused, Retry
from bot.github import GitHubForge, TokenCredentials
from github_simulator.api.limits import LIMIT
from tests.github.scene import COMMENTS, PULL, TOKENS, Scene, small_github

REF = PullRef(repository="acme/shop", number=1)
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
HOUR = 3600


class Doors:
    """Cooldowns that a test can inspect and end."""

    def __init__(self) -> None:
        self.shut: dict[str, Cooldown] = {}

    async def active(self, name: str) -> Cooldown | None:
        return self.shut.get(name)

    async def start(self, name: str, seconds: float, reason: str) -> None:
        self.shut[name] = Cooldown(seconds=seconds, reason=reason)


@asynccontextmanager
async def answering(answer: Callable[[], web.Response]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server with one answer to all calls; yields its address and the requested paths."""
    asked: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.path)
        return answer()

    async with small_github(web.route("*", "/{path:.*}", serve)) as url:
        yield url, asked


async def test_a_limit_that_one_forge_meets_is_kept_by_all_who_share_the_gates() -> None:
    cooldowns = LocalCooldowns()

    def refuse() -> web.Response:
        return web.json_response(SECONDARY, status=403, headers={"Retry-After": "30"})

    async with (
        answering(refuse) as (url, asked),
        GitHubForge(url, TokenCredentials("one"), cooldowns=cooldowns) as first,
        GitHubForge(url, TokenCredentials("one"), cooldowns=cooldowns) as second,
        GitHubForge(url, TokenCredentials("one")) as stranger,
    ):
        with pytest.raises(Retry):
            await first.pull(REF)
        with pytest.raises(Retry, match="rate limit") as raised:
            await second.put_comment(REF, MarkedText("m", "m"), 1)
        assert asked == ["/repos/acme/shop/pulls/1"]
        with pytest.raises(Retry):
            await stranger.pull(REF)
        assert len(asked) == 2
    assert raised.value.after is not None
    assert 25 <= raised.value.after <= 31


async def test_what_is_closed_names_no_other_repository() -> None:
    doors = Doors()
    secret = PullRef(repository="acme/secret", number=1)
    async with (
        answering(lambda: web.json_response(SECONDARY, status=429)) as (url, _),
        GitHubForge(url, TokenCredentials("one"), cooldowns=doors) as forge,
    ):
        with pytest.raises(Retry):
            await forge.pull(secret)
        with pytest.raises(Retry, match="acme/shop") as raised:
            await forge.pull(REF)
    assert "secret" not in str(raised.value)
    assert doors.shut == {"github user": Cooldown(seconds=60, reason="GitHub's rate limit is reached")}


async def test_when_a_gate_opens_the_calls_go_through(town: Scene) -> None:
    ref = await town.open()
    doors = Doors()
    async with GitHubForge(town.url, town.credentials, cooldowns=doors, pauses=(0, 0)) as forge:
        town.fail("GET", PULL, 403, body=SECONDARY)
        for _ in range(2):
            with pytest.raises(Retry):
                await forge.pull(ref)
        assert (town.count("GET", PULL), list(doors.shut)) == (
            1,
            [f"github installation {town.installation}"],
        )
        doors.shut.clear()
        assert (await forge.pull(ref)).ref == ref


async def test_a_limit_of_one_installation_is_none_of_the_others(town: Scene) -> None:
    ref, other = await town.open(), await town.open(repository="other/shop")
    town.fail("GET", "/repos/acme/*", 429, body=SECONDARY)
    with pytest.raises(Retry):
        await town.forge.pull(ref)
    assert (await town.forge.pull(other)).ref == other
    assert (await town.forge.whoami()).kind == "app"
    with pytest.raises(Retry):
        await town.forge.pull(ref)
    assert town.count("GET", PULL) == 2


async def test_a_limit_of_the_app_closes_what_only_the_app_may_ask(town: Scene) -> None:
    ref = await town.open()
    await town.forge.pull(ref)
    town.fail("GET", "/app", 403, headers={"Retry-After": "30"}, body=SECONDARY)
    for _ in range(2):
        with pytest.raises(Retry):
            await town.forge.whoami()
    assert town.count("GET", "/app") == 1
    assert (await town.forge.pull(ref)).ref == ref


@pytest.mark.parametrize("method", ["read", "write"])
async def test_maintenance_with_an_end_is_waited_for_and_not_asked_into(town: Scene, method: str) -> None:
    ref = await town.open()
    headers = {"Retry-After": "120"}
    town.fail("GET", PULL, 503, headers=headers, times=3)
    town.fail("POST", COMMENTS, 503, headers=headers, times=3)
    for _ in range(2):
        with pytest.raises(Retry) as raised:
            await (
                town.forge.pull(ref)
                if method == "read"
                else town.forge.put_comment(ref, MarkedText("m", "m"), None)
            )
    assert raised.value.after is not None
    assert 110 < raised.value.after <= 120
    assert town.count("GET", PULL) + town.count("POST", COMMENTS) == 1


class NoCooldowns:
    """Cooldowns whose database is unavailable."""

    async def active(self, name: str) -> Cooldown | None:
        return None

    async def start(self, name: str, seconds: float, reason: str) -> None:
        pass


async def test_without_gates_each_call_finds_out_for_itself_and_asks_once(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, 503, headers={"Retry-After": "120"}, times=2)
    async with GitHubForge(town.url, town.credentials, cooldowns=NoCooldowns(), pauses=(0, 0)) as forge:
        for asked in (1, 2):
            with pytest.raises(Retry):
                await forge.pull(ref)
            assert town.count("GET", PULL) == asked
        assert (await forge.pull(ref)).ref == ref


async def test_a_github_that_is_unwell_without_a_word_closes_nothing(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, 503, times=3)
    with pytest.raises(Retry):
        await town.forge.pull(ref)
    assert (await town.forge.pull(ref)).ref == ref


async def test_a_refusal_closes_nothing(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, 403, body={"message": "Resource not accessible by integration"})
    with pytest.raises(Refused):
        await town.forge.pull(ref)
    assert (await town.forge.pull(ref)).ref == ref


def last_of(seconds: int, clock: int = 0, status: int = 200, **headers: str) -> Callable[[], web.Response]:
    """The answer to the last allowed call, from a GitHub whose clock is `clock` seconds ahead."""

    def answer() -> web.Response:
        now = int(time.time()) + clock
        told = {
            "Date": format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(now + seconds),
        }
        return web.json_response({"login": "robin"}, status=status, headers=told | headers)

    return answer


@pytest.mark.parametrize(
    ("answer", "least", "most"),
    [
        (last_of(900), 890, 902),
        (last_of(900, clock=HOUR), 890, 902),
        (last_of(900, clock=-HOUR), 890, 902),
        (last_of(900, Date="yesterday"), 890, 902),
        (last_of(10**7), HOUR - 5, HOUR),
    ],
)
async def test_the_last_call_that_is_allowed_is_the_last(
    answer: Callable[[], web.Response], least: float, most: float
) -> None:
    async with (
        answering(answer) as (url, asked),
        GitHubForge(url, TokenCredentials("one")) as forge,
    ):
        assert (await forge.whoami()).login == "robin"
        with pytest.raises(Retry, match="rate limit") as raised:
            await forge.whoami()
    assert asked == ["/user"]
    assert raised.value.after is not None
    assert least <= raised.value.after <= most


@pytest.mark.parametrize("clock", [0, HOUR, -HOUR])
@pytest.mark.parametrize("status", [403, 429])
async def test_a_call_too_many_waits_for_the_reset_by_githubs_clock(status: int, clock: int) -> None:
    async with (
        answering(last_of(900, clock, status)) as (url, asked),
        GitHubForge(url, TokenCredentials("one")) as forge,
    ):
        for _ in range(2):
            with pytest.raises(Retry, match="rate limit") as raised:
                await forge.whoami()
            assert raised.value.after is not None
            assert 890 <= raised.value.after <= 902
    assert len(asked) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "99999999999"},
        {"X-RateLimit-Remaining": "0"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 400},
    ],
)
async def test_an_answer_that_tells_of_no_limit_closes_nothing(headers: Any) -> None:
    async with (
        answering(lambda: web.json_response({"login": "robin"}, headers=headers)) as (url, asked),
        GitHubForge(url, TokenCredentials("one")) as forge,
    ):
        for _ in range(2):
            assert (await forge.whoami()).login == "robin"
    assert len(asked) == 2


async def test_an_hour_that_is_used_up_is_told_before_github_must_refuse(town: Scene) -> None:
    ref = await town.open()
    await town.forge.pull(ref)
    [token] = town.simulator.world.tokens.values()
    token.used = LIMIT - 1
    await town.forge.pull(ref)
    for _ in range(2):
        with pytest.raises(Retry, match="rate limit") as raised:
            await town.forge.pull(ref)
    assert (town.count("GET", PULL), town.count("POST", TOKENS), token.used) == (2, 1, LIMIT)
    assert raised.value.after is not None
    assert 0 < raised.value.after <= HOUR
