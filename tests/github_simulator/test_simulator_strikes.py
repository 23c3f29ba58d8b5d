"""Each kind of strike, seen by a real client."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import httpx
import pytest

from github_simulator import Fault, Kind, Simulator, Storm, served
from github_simulator.storm.kinds import OF_CALLS
from github_simulator.storm.rng import SeededRng
from tests.github_simulator.conftest import Town

PULL = "/repos/acme/shop/pulls/1"
COMMENTS = "/repos/acme/shop/issues/1/comments"
ALWAYS = 1000


def strike(town: Town, kind: Kind, **more: float) -> None:
    """Strikes every call from now on with this kind."""
    storm = {"seed": 1, "rate": 1, "most_in_a_row": ALWAYS, "kinds": [kind], **more}
    town.simulator.storm(Storm.model_validate(storm))


async def say(client: httpx.AsyncClient) -> int:
    return (await client.post(COMMENTS, json={"body": "Hello"})).status_code


def said(town: Town) -> int:
    return len(town.simulator.state()["pulls"][0]["comments"])


def times_struck(town: Town, kind: Kind) -> int:
    return int(town.simulator.state()["storm"].get(kind.value, 0))


@pytest.mark.parametrize(("kind", "each"), [(Kind.ERROR_BEFORE, 0), (Kind.ERROR_AFTER, 1)])
async def test_errors_of_the_server_come_in_all_forms_before_and_after_the_effect(
    town: Town, kind: Kind, each: int
) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, kind, retry_after=3)
    answers = [await client.post(COMMENTS, json={"body": "Hello"}) for _ in range(40)]

    assert {500, 502, 503, 504} == {answer.status_code for answer in answers}
    pages = [answer for answer in answers if answer.status_code == 503]
    assert {"text/html"} == {answer.headers["Content-Type"].partition(";")[0] for answer in pages}
    assert {None, "3"} == {answer.headers.get("Retry-After") for answer in pages}
    assert all(answer.json()["message"] for answer in answers if answer not in pages)
    assert all(answer.headers["X-GitHub-Request-Id"] for answer in answers)
    assert (40 * each, 40) == (said(town), times_struck(town, kind))


@pytest.mark.parametrize(("kind", "each"), [(Kind.RESET_BEFORE, 0), (Kind.RESET_AFTER, 1)])
async def test_a_connection_is_reset_before_and_after_the_effect(town: Town, kind: Kind, each: int) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, kind)
    for _ in range(3):
        with pytest.raises(httpx.TransportError):
            await say(client)
    town.simulator.calm()

    assert 201 == await say(client)
    assert 3 * each + 1 == said(town)


async def test_a_body_is_cut_in_the_middle_and_the_effect_is_there(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.CUT_BODY)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await say(client)
    headers = dict(client.headers)
    async with aiohttp.ClientSession(town.url, headers=headers) as session:
        answer = await session.post(COMMENTS, json={"body": "Hello"})
        assert (201, "github.com") == (answer.status, answer.headers["Server"])
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    town.simulator.calm()

    assert 201 == await say(client)
    assert 3 == said(town)


async def test_an_answer_without_a_body_cannot_be_cut_and_is_lost_whole(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.CUT_BODY)
    with pytest.raises(httpx.TransportError):
        await client.delete("/installation/token")
    town.simulator.calm()

    assert 401 == (await client.get("/installation/repositories")).status_code


async def test_a_revoked_token_stays_refused_and_a_new_one_works(town: Town) -> None:
    await town.open()
    old = await town.as_installation()
    strike(town, Kind.REVOKED_TOKEN)
    refused = await old.get(PULL)
    assert (401, "Bad credentials") == (refused.status_code, refused.json()["message"])
    new = await town.as_installation()

    assert 200 == (await new.get(PULL)).status_code
    town.simulator.calm()
    assert [401, 200] == [(await client.get(PULL)).status_code for client in (old, new)]
    assert 1 == times_struck(town, Kind.REVOKED_TOKEN)


async def test_only_tokens_of_installations_are_revoked(town: Town) -> None:
    await town.open()
    user, app = await town.as_user(), await town.as_app()
    strike(town, Kind.REVOKED_TOKEN)

    assert [200, 200] == [(await user.get(PULL)).status_code, (await app.get("/app")).status_code]
    assert {} == town.simulator.state()["storm"]


@pytest.mark.parametrize(
    ("kind", "status", "wait"),
    [
        (Kind.SECONDARY_LIMIT, 403, "4"),
        (Kind.SECONDARY_LIMIT_BARE, 403, None),
        (Kind.TOO_MANY, 429, "4"),
        (Kind.TOO_MANY_BARE, 429, None),
    ],
)
async def test_secondary_limits_are_told_with_and_without_an_end(
    town: Town, kind: Kind, status: int, wait: str | None
) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, kind, retry_after=4)
    answer = await client.post(COMMENTS, json={"body": "Hello"})

    assert (status, wait) == (answer.status_code, answer.headers.get("Retry-After"))
    assert answer.json()["message"].startswith("You have exceeded a secondary rate limit. Please wait a few")
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]
    assert 0 == said(town)


async def test_the_primary_limit_ends_in_a_moment(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.PRIMARY_LIMIT, retry_after=5)
    answer = await client.get(PULL)
    [installation] = town.simulator.world.installations

    assert 403 == answer.status_code
    assert f"API rate limit exceeded for installation ID {installation}." == answer.json()["message"]
    assert "0" == answer.headers["X-RateLimit-Remaining"]
    shown = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert 4 <= int(answer.headers["X-RateLimit-Reset"]) - shown <= 6
    town.simulator.calm()
    assert 200 == (await client.get(PULL)).status_code


@pytest.mark.parametrize(
    ("kind", "method", "status", "message"),
    [
        (Kind.NOT_FOUND, "GET", 404, "Not Found"),
        (Kind.NOT_FOUND, "POST", 404, "Not Found"),
        (Kind.NOT_ACCEPTABLE, "GET", 406, "Sorry, the diff exceeded the maximum number of files (300)."),
        (Kind.UNPROCESSABLE, "POST", 422, "Validation Failed"),
    ],
)
async def test_refusals_are_worded_as_github_does(
    town: Town, kind: Kind, method: str, status: int, message: str
) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, kind)
    answer = await client.request(method, COMMENTS, json={"body": "Hello"} if method == "POST" else None)

    assert status == answer.status_code
    assert answer.json()["message"].startswith(message)
    assert 0 == said(town)


async def test_an_answer_is_too_late_for_the_impatient_and_its_effect_comes(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.LATENCY, latency=5)
    with pytest.raises(httpx.ReadTimeout):
        await client.post(COMMENTS, json={"body": "Hello"}, timeout=0.1)
    while not said(town):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.05)

    assert 1 == times_struck(town, Kind.LATENCY)


def seed_that_strikes_first(key: str, spared: int) -> int:
    """A seed that strikes the first call of `key`, and not the following `spared` ones."""
    wanted = [True] + [False] * spared
    for seed in itertools.count():
        rng = SeededRng(Storm(seed=seed, rate=0.2, kinds={Kind.CLOCK_JUMP}))
        if wanted == [rng.draw(key, at, OF_CALLS) is not None for at in range(1, spared + 2)]:
            return seed
    raise AssertionError


async def test_the_clock_jumps_for_some_calls_and_is_right_again() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    simulator = Simulator(clock=lambda: now)
    seed = seed_that_strikes_first("GET /zen", 4)
    simulator.storm(Storm(seed=seed, rate=0.2, kinds={Kind.CLOCK_JUMP}, jump=9000, jump_calls=3))
    async with served(simulator) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        answers = [await client.get("/zen") for _ in range(5)]
    ahead = [parsedate_to_datetime(answer.headers["Date"]) - now for answer in answers]

    assert timedelta(0) < abs(ahead[0]) <= timedelta(seconds=9000)
    assert [ahead[0]] * 3 + [timedelta(0)] * 2 == ahead
    assert {"clock_jump": 1} == simulator.state()["storm"]


async def test_the_clock_is_right_when_the_storm_is_over() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    simulator = Simulator(clock=lambda: now)
    simulator.storm(Storm(seed=1, rate=1, kinds={Kind.CLOCK_JUMP}, jump=9000, jump_calls=1000))
    async with served(simulator) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        await client.get("/zen")
        assert now != simulator.world.now()
        simulator.calm()
        assert now == parsedate_to_datetime((await client.get("/zen")).headers["Date"])


async def test_a_fault_on_purpose_comes_before_the_storm(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.ERROR_BEFORE)
    town.simulator.inject(Fault(path=COMMENTS, status=418))

    assert 418 == await say(client)
    assert 500 <= await say(client)
