"""Failed deliveries are found and requested again: not too often, and without omissions."""

import random
from datetime import UTC, datetime

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.core.errors import Refused, Retry
from bot.github import AppCredentials, GitHubForge
from bot.review.intake.reconciler import MAX_ATTEMPTS, MAX_REDELIVERIES, OVERLAP, REDELIVERED_UNTIL
from github_simulator import NewCommit, Simulator, served
from github_simulator import OpenPull as Opening
from tests.github.scene import DIFF, small_github
from tests.review.reconciler_scene import DAY, HOUR, MINUTE, BotState, GitHub, reconciler


@pytest.fixture
def github() -> GitHub:
    return GitHub()


@pytest.fixture
def harness() -> BotState:
    return BotState()


async def test_a_delivery_that_failed_is_asked_for_again_once(github: GitHub, harness: BotState) -> None:
    github.deliver("lost")

    assert await reconciler(github, harness).redeliver() == 1
    assert await reconciler(github, harness).redeliver() == 0

    assert github.asked == ["lost"]


async def test_what_arrived_is_known_or_is_none_of_the_bots_is_left_alone(
    github: GitHub, harness: BotState
) -> None:
    github.deliver("at the second try")
    github.deliver("here all the same")
    github.deliver("of no use", event="workflow_run")
    github.deliver("of anybody's checks", event="check_run", action="completed")
    github.deliver("at once", arrived=True)
    github.deliver("at the second try", arrived=True)
    github.deliver("asked for by hand", arrived=True)
    github.deliver("asked for by hand")
    harness.here = {"here all the same", "never heard of"}

    assert await reconciler(github, harness).redeliver() == 0
    assert github.asked == []


async def test_that_a_check_is_wanted_again_is_asked_for(github: GitHub, harness: BotState) -> None:
    github.deliver("wanted again", event="check_run", action="rerequested")

    await reconciler(github, harness).redeliver()

    assert github.asked == ["wanted again"]


async def test_the_first_look_goes_back_some_days_and_no_further(github: GitHub, harness: BotState) -> None:
    github.now = datetime.now(UTC) - 4 * DAY
    github.deliver("too old")
    github.now += 2 * DAY
    github.deliver("not too old")

    await reconciler(github, harness, days=3).redeliver()

    assert github.asked == ["not too old"]


async def test_a_long_pause_is_looked_back_on_no_further_than_that(github: GitHub, harness: BotState) -> None:
    harness.key_values[REDELIVERED_UNTIL] = (datetime.now(UTC) - 9 * DAY).isoformat()

    await reconciler(github, harness, days=3).redeliver()

    assert datetime.now(UTC) - github.looks[0] < 3 * DAY + HOUR


async def test_a_later_look_begins_shortly_before_the_newest_try_seen(
    github: GitHub, harness: BotState
) -> None:
    """Uses GitHub's time: nothing is lost when its clock is behind ours."""
    github.deliver("one", arrived=True)
    github.now += HOUR
    github.deliver("two", arrived=True)
    await reconciler(github, harness).redeliver()
    await reconciler(github, harness).redeliver()

    assert github.looks[1] == github.now - OVERLAP
    assert harness.key_values == {REDELIVERED_UNTIL: github.now.isoformat()}


async def test_where_nothing_was_sent_nothing_is_noted(github: GitHub, harness: BotState) -> None:
    assert await reconciler(github, harness).redeliver() == 0
    assert harness.key_values == {}


async def test_a_look_that_broke_off_counts_for_nothing(github: GitHub, harness: BotState) -> None:
    for guid in ("old", "new"):
        github.deliver(guid)
        github.now += HOUR
    github.troubles[1] = Retry("502")
    assert await reconciler(github, harness).redeliver() == 0
    assert (github.asked, harness.key_values) == ([], {})

    github.troubles.clear()
    assert await reconciler(github, harness).redeliver() == 2
    assert github.asked == ["old", "new"]


async def test_no_sweep_asks_for_too_many_and_the_next_for_the_rest(
    github: GitHub, harness: BotState
) -> None:
    guids = [f"d{number}" for number in range(MAX_REDELIVERIES + 30)]
    for guid in guids:
        github.deliver(guid)
        github.now += MINUTE

    assert await reconciler(github, harness).redeliver() == MAX_REDELIVERIES
    github.now += DAY
    github.deliver("much later", arrived=True)
    assert await reconciler(github, harness).redeliver() == 30

    assert github.asked == guids


@pytest.mark.parametrize(
    ("trouble", "first", "second"),
    [
        (Retry("502"), ["a", "c"], ["b"]),
        (Retry("rate limit", after=60), ["a"], ["b", "c"]),
        (Refused("404"), ["a", "c"], ["b"]),
    ],
)
async def test_one_delivery_that_cannot_be_asked_for_stops_the_others_at_a_limit_only(
    trouble: Exception, first: list[str], second: list[str], github: GitHub, harness: BotState
) -> None:
    for guid in ("a", "b", "c"):
        github.deliver(guid)
        github.now += HOUR
    github.troubles["b"] = trouble
    assert await reconciler(github, harness).redeliver() == len(first)
    assert github.asked == first

    github.troubles.clear()
    await reconciler(github, harness).redeliver()
    assert github.asked == first + second


@pytest.mark.parametrize("seed", range(30))
async def test_what_never_arrives_is_tried_five_times_however_the_looks_fall(
    seed: int, github: GitHub, harness: BotState
) -> None:
    """Each scan sees a part of the attempts; the earlier ones must still count."""
    chance = random.Random(seed)
    github.deaf = {f"deaf{number}" for number in range(6)}
    coming = [f"{kind}{number}" for kind in ("deaf", "late") for number in range(6)]
    chance.shuffle(coming)
    for turn in range(80):
        github.now += MINUTE * chance.choice((1, 5, 20, 60))
        if coming and chance.random() < 0.3:
            github.deliver(coming.pop())
        if chance.random() < 0.7:
            github.deliver(f"heard{turn}", arrived=True)
        await reconciler(github, harness).redeliver()

    tries = {guid: github.tries(guid) for guid in github.deaf}
    assert tries == dict.fromkeys(github.deaf, MAX_ATTEMPTS)
    assert {github.tries(f"late{number}") for number in range(6)} == {2}


def app_key() -> AppCredentials:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return AppCredentials("7", pem.decode())


async def test_on_a_github_whose_deliveries_fail_both_ways_lead_to_the_pull_request(
    harness: BotState,
) -> None:
    """End to end on the simulated GitHub: the bot was down when a pull request was opened."""
    up = False

    async def hear(request: web.Request) -> web.Response:
        if up:
            harness.here.add(request.headers["X-GitHub-Delivery"])
        return web.Response(status=202 if up else 502)

    async with small_github(web.post("/hook", hear)) as hook:
        simulator = Simulator(app=7, webhook=f"{hook}/hook")
        async with served(simulator) as url, GitHubForge(url, app_key()) as forge:
            opened = await simulator.open_pull(
                Opening(repository="acme/shop", title="t", commits=[NewCommit(message="m", diff=DIFF)])
            )
            up = True

            assert await reconciler(forge, harness).redeliver() == 1
            await simulator.settle()
            assert await reconciler(forge, harness).redeliver() == 0
            assert await reconciler(forge, harness).catch_up() == 1

    assert opened.delivery is not None
    assert harness.here == {opened.delivery.guid}
    [(task, _)] = harness.jobs.values()
    assert (str(task.pull), task.head) == ("acme/shop#1", opened.pull.head.sha)
