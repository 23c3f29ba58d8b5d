"""Missed deliveries: GitHub's delivery attempts, and open pull requests without a delivery."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.core.errors import Refused
from bot.core.missed_deliveries import DeliveryAttempt, OpenPull
from bot.github import AppCredentials, GitHubForge
from bot.github import missed_deliveries as missed_module
from bot.github import pages as pages_module
from bot.review.ports import Missed
from github_simulator.control_requests import Say
from tests.github.scene import NOTES, PULL, Scene, small_github

DELIVERIES = "/app/hook/deliveries"
EVER = datetime(2020, 1, 1, tzinfo=UTC)
HEAD = "a" * 40


class Ear:
    """Receives deliveries, and answers with `status`."""

    def __init__(self) -> None:
        self.status = 202

    async def hear(self, _: web.Request) -> web.Response:
        return web.Response(status=self.status)


@pytest.fixture
async def ear(town: Scene) -> AsyncIterator[Ear]:
    ear = Ear()
    async with small_github(web.post("/hook", ear.hear)) as url:
        town.simulator.hook.url = f"{url}/hook"
        yield ear
        await town.simulator.stop()


@asynccontextmanager
async def asked_for(
    credentials: AppCredentials, routes: dict[str, Callable[[web.Request], web.Response]]
) -> AsyncIterator[Missed]:
    """A server with these answers by path, and tokens."""

    async def answer(request: web.Request) -> web.Response:
        return routes[request.path](request)

    async def token(_: web.Request) -> web.Response:
        return web.json_response({"token": "ghs_1", "expires_at": "2099-01-01T00:00:00Z"}, status=201)

    served = [web.get(path, answer) for path in routes]
    async with (
        small_github(web.post("/app/installations/5/access_tokens", token), *served) as url,
        GitHubForge(url, credentials, pauses=()) as forge,
    ):
        yield forge


async def sent(missed: Missed, since: datetime = EVER) -> Sequence[DeliveryAttempt]:
    return [sending async for sending in missed.delivery_attempts(since)]


async def test_what_did_not_arrive_is_seen_and_sent_again(town: Scene, ear: Ear) -> None:
    ear.status = 500
    await town.open()
    [first] = await sent(town.forge)
    assert (first.event, first.arrived) == ("pull_request", False)

    ear.status = 202
    await town.forge.redeliver(first.id)
    await town.simulator.settle()

    again, before = await sent(town.forge)
    assert (before, again.guid, again.arrived) == (first, first.guid, True)
    assert again.id != first.id


async def test_what_cannot_be_sent_again_is_refused(town: Scene, ear: Ear) -> None:
    with pytest.raises(Refused, match="404"):
        await town.forge.redeliver(12345)


async def test_no_try_before_the_moment_is_told(town: Scene, ear: Ear) -> None:
    await town.open()
    [sending] = await sent(town.forge)
    assert await sent(town.forge, sending.sent) == [sending]
    assert await sent(town.forge, sending.sent + timedelta(seconds=1)) == []


async def test_tries_of_many_pages_are_all_told_the_newest_first(town: Scene, ear: Ear) -> None:
    ref = await town.open()
    for number in range(120):
        await town.simulator.say("acme/shop", ref.number, Say(user="robin", body=f"{number}"))

    told = await sent(town.forge)

    assert [one.id for one in told] == [one.id for one in reversed(town.simulator.world.deliveries)]
    assert (len({one.guid for one in told}), town.count("GET", DELIVERIES)) == (121, 2)


def tries(*days: int, following: str | None = None) -> web.Response:
    """A page of attempts that many days ago, with a link to the next."""
    now = datetime.now(UTC)
    page = [
        {
            "id": number,
            "guid": f"g{number}",
            "delivered_at": (now - timedelta(days=day)).isoformat(),
            "event": "pull_request",
            "status_code": 202,
        }
        for number, day in enumerate(days)
    ]
    return web.json_response(page, headers={"Link": f'<{following}>; rel="next"'} if following else {})


async def test_pages_of_what_is_too_old_are_not_asked_for(credentials: AppCredentials) -> None:
    asked: list[str | None] = []

    def page(request: web.Request) -> web.Response:
        asked.append(request.query.get("cursor"))
        days = (1, 2) if len(asked) == 1 else (2, 4)
        return tries(*days, following=f"https://api.github.com{DELIVERIES}?cursor=v1_{len(asked)}")

    async with asked_for(credentials, {DELIVERIES: page}) as missed:
        told = await sent(missed, datetime.now(UTC) - timedelta(days=3))
    assert asked == [None, "v1_1"]
    assert [one.id for one in told] == [0, 1, 0]


@pytest.mark.parametrize(
    ("link", "cursors"),
    [
        ("https://elsewhere.example/steal?cursor=v1_2&per_page=1", [None, "v1_2"]),
        ("https://elsewhere.example/steal", [None]),
        ("http://[", [None]),
    ],
)
async def test_of_a_link_only_the_cursor_is_followed(
    link: str, cursors: list[str | None], credentials: AppCredentials
) -> None:
    asked: list[str | None] = []

    def page(request: web.Request) -> web.Response:
        asked.append(request.query.get("cursor"))
        return tries(1, following=link if len(asked) == 1 else None)

    async with asked_for(credentials, {DELIVERIES: page}) as missed:
        assert len(await sent(missed)) == len(cursors)
    assert asked == cursors


async def test_a_list_of_tries_without_end_ends(
    credentials: AppCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed_module, "MAX_PAGES", 3)

    def page(_: web.Request) -> web.Response:
        return tries(1, following="?cursor=1")

    async with asked_for(credentials, {DELIVERIES: page}) as missed:
        assert len(await sent(missed)) == 3


async def test_installations_that_are_suspended_are_left_out(credentials: AppCredentials) -> None:
    def page(_: web.Request) -> web.Response:
        return web.json_response(
            [{"id": 5, "suspended_at": None}, {"id": 6, "suspended_at": "2026-01-01T00:00:00Z"}]
        )

    async with asked_for(credentials, {"/app/installations": page}) as missed:
        assert await missed.installations() == [5]


async def test_installations_and_their_repositories(town: Scene) -> None:
    first, other = await town.open(), await town.open(repository="other/tools", private=True)
    await town.open(repository="acme/api")

    assert await town.forge.installations() == [first.installation, other.installation]
    told = [
        [name async for name in town.forge.repositories(number)]
        for number in await town.forge.installations()
    ]
    assert told == [["acme/shop", "acme/api"], ["other/tools"]]


async def test_repositories_of_many_pages_less_those_out_of_use(credentials: AppCredentials) -> None:
    def page(request: web.Request) -> web.Response:
        names = range(100) if request.query["page"] == "1" else range(100, 103)
        states = {3: {"archived": True}, 101: {"disabled": True}}
        shapes = [{"full_name": f"acme/r{name}", **states.get(name, {})} for name in names]
        return web.json_response({"total_count": 103, "repositories": shapes})

    async with asked_for(credentials, {"/installation/repositories": page}) as missed:
        told = [name async for name in missed.repositories(5)]
    assert told == [f"acme/r{name}" for name in range(103) if name not in (3, 101)]


async def test_a_list_of_pages_without_end_is_none_of_githubs(
    credentials: AppCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "MAX_PAGES", 3)

    def page(request: web.Request) -> web.Response:
        return web.json_response([{"id": 5}], headers={"Link": '<?page=2>; rel="next"'})

    async with asked_for(credentials, {"/app/installations": page}) as missed:
        with pytest.raises(Refused, match="no last page"):
            await missed.installations()


async def test_open_pulls_say_what_is_needed_to_choose(town: Scene) -> None:
    ref = await town.open()
    await town.open(NOTES, draft=True)
    await town.open(author="dependabot[bot]")
    closed = await town.open()
    await town.simulator.close("acme/shop", closed.number)
    known = town.simulator.world.repository("acme/shop").pulls

    pulls = [pull async for pull in town.forge.open_pulls("acme/shop", ref.installation)]

    said = {pull.number: (pull.draft, pull.by_bot) for pull in pulls}
    assert said == {1: (False, False), 2: (True, False), 3: (False, True)}
    assert {pull.number: (pull.head, pull.updated) for pull in pulls} == {
        number: (known[number].head.sha, known[number].updated) for number in (1, 2, 3)
    }


async def test_open_pulls_of_accounts_and_forks_that_are_gone(credentials: AppCredentials) -> None:
    asked: list[dict[str, str]] = []
    updated = "2026-10-01T09:00:00Z"

    def page(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        shapes: list[Any] = [
            {"number": 3, "user": None, "head": {"sha": HEAD, "repo": None}, "updated_at": updated},
            {"number": 2, "user": None, "head": None, "updated_at": updated},
        ]
        return web.json_response(shapes)

    async with asked_for(credentials, {"/repos/acme/shop/pulls": page}) as missed:
        pulls = [pull async for pull in missed.open_pulls("acme/shop", 5)]
    moment = datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert pulls == [OpenPull(number=3, head=HEAD, draft=False, by_bot=False, updated=moment)]
    assert asked == [
        {"state": "open", "sort": "updated", "direction": "desc", "per_page": "100", "page": "1"}
    ]


async def test_open_pulls_of_a_repository_that_is_gone_are_refused(town: Scene) -> None:
    await town.open()
    with pytest.raises(Refused, match="404"):
        _ = [pull async for pull in town.forge.open_pulls("acme/gone", town.installation)]


async def test_a_plain_token_has_neither_deliveries_nor_installations(town: Scene) -> None:
    await town.open()
    async with town.with_token("t") as forge:
        assert await sent(forge) == []
        assert await forge.installations() == ()
        assert [pull.number async for pull in forge.open_pulls("acme/shop", None)] == [1]
    assert (town.count("GET", DELIVERIES), town.count("GET", "/app/installations")) == (0, 0)
    assert town.count("GET", PULL) == 0
