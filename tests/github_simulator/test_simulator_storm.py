"""Storms: determined by the seed, their start and end, and their limits."""

import asyncio
from collections.abc import Iterable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from github_simulator import BARE, PASSING, PERMANENT, Kind, NewCommit, OpenPull, Simulator, Storm, served
from github_simulator.storm.fitting import kinds_for
from github_simulator.storm.kinds import OF_CALLS
from github_simulator.storm.rng import SeededRng
from tests.github_simulator.conftest import DIFF, Town

PULL = "/repos/acme/shop/pulls/1"
FILES = "/repos/acme/shop/pulls/1/files"
COMMENTS = "/repos/acme/shop/issues/1/comments"
PATHS = (PULL, FILES, COMMENTS)
ERRORS = frozenset({Kind.ERROR_BEFORE, Kind.TOO_MANY})


async def ask(client: httpx.AsyncClient, paths: Iterable[str]) -> list[tuple[str, int]]:
    return [(path, (await client.get(path)).status_code) for path in paths]


async def answers_of(seed: int, paths: list[str], *, together: bool = False) -> dict[str, list[int]]:
    """The answers to the calls of each path, on a new simulated GitHub."""
    simulator = Simulator()
    seen: dict[str, list[int]] = {path: [] for path in PATHS}
    async with served(simulator) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        order = OpenPull(repository="acme/shop", title="t", commits=[NewCommit(message="m", diff=DIFF)])
        await simulator.open_pull(order)
        simulator.storm(Storm(seed=seed, rate=0.4, kinds=ERRORS))
        if together:
            told = await asyncio.gather(*(ask(client, [p for p in paths if p == one]) for one in PATHS))
        else:
            told = [await ask(client, paths)]
    for path, status in (one for answers in told for one in answers):
        seen[path].append(status)
    return seen


async def test_the_same_seed_strikes_the_same_calls_in_whatever_order_they_come() -> None:
    in_turn = await answers_of(7, list(PATHS) * 12)
    at_once = await answers_of(7, list(PATHS) * 12, together=True)

    assert in_turn == at_once
    assert {200, 429} < {status for answers in in_turn.values() for status in answers}
    assert 3 == len({tuple(answers) for answers in in_turn.values()})  # keys differ


async def test_another_seed_strikes_other_calls() -> None:
    paths = [PULL] * 30

    assert await answers_of(7, paths) != await answers_of(8, paths)


def struck(storm: Storm, key: str = "GET /x", count: int = 1000) -> list[Kind | None]:
    rng = SeededRng(storm)
    strikes = (rng.draw(key, at, OF_CALLS) for at in range(1, count + 1))
    return [strike.kind if strike else None for strike in strikes]


@given(seed=st.integers(-(2**63), 2**63 - 1), rate=st.floats(0, 1), most=st.integers(1, 4))
def test_whoever_tries_again_gets_through(seed: int, rate: float, most: int) -> None:
    row = 0
    for kind in struck(Storm(seed=seed, rate=rate, most_in_a_row=most), count=60):
        row = row + 1 if kind else 0
        assert row <= most


def test_about_the_share_that_was_asked_for_is_struck() -> None:
    assert 1000 == struck(Storm(seed=1, rate=0)).count(None)
    assert 900 > struck(Storm(seed=1, rate=0.2)).count(None) > 700
    assert 333 == struck(Storm(seed=1, rate=1, kinds={Kind.LATENCY})).count(None)


def test_a_storm_that_begins_late_strikes_what_it_would_have_struck() -> None:
    storm = Storm(seed=3, rate=0.5)
    late = SeededRng(storm).draw("GET /x", 40, OF_CALLS)

    assert struck(storm, count=40)[-1] == (late.kind if late else None)


def test_every_kind_comes_up_and_none_that_was_not_asked_for() -> None:
    assert set(PASSING & OF_CALLS) == set(struck(Storm(seed=1, rate=0.5), count=3000)) - {None}
    assert BARE == set(struck(Storm(seed=1, rate=0.5, kinds=BARE))) - {None}


def test_what_a_client_cannot_wait_out_comes_only_when_asked_for() -> None:
    assert PERMANENT.isdisjoint(Storm(seed=1).kinds)
    assert Kind.UNPROCESSABLE not in kinds_for("GET", PULL)
    assert Kind.NOT_ACCEPTABLE not in kinds_for("POST", COMMENTS)


async def test_a_storm_comes_and_goes_by_the_control_api_and_tells_its_strikes(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    order = {"seed": 1, "rate": 1, "kinds": ["too_many"], "most_in_a_row": 2, "retry_after": 7}
    assert 201 == (await client.post("/_simulator/storm", json=order)).status_code
    stormy = [(await client.get(PULL)).status_code for _ in range(4)]
    assert 200 == (await client.delete("/_simulator/storm")).status_code
    calm = [(await client.get(PULL)).status_code for _ in range(4)]

    assert [429, 429, 200, 429] == stormy
    assert [200] * 4 == calm
    assert {"too_many": 3} == (await client.get("/_simulator/state")).json()["storm"]
    town.simulator.storm(Storm(seed=2))
    assert {} == town.simulator.state()["storm"]


async def test_the_control_api_is_never_struck_and_all_else_may_be(town: Town) -> None:
    await town.open()
    client = await town.client()
    town.simulator.storm(Storm(seed=1, rate=1, kinds={Kind.ERROR_BEFORE}, most_in_a_row=1000))

    for _ in range(5):
        assert 200 == (await client.get("/_simulator/state")).status_code
    for path in ("/rate_limit", "/zen", PULL, f"/api/v3{FILES}"):
        assert (await client.get(path)).status_code >= 500


@pytest.mark.parametrize(
    ("order", "named"),
    [
        ({}, "seed: Field required"),
        ({"seed": 1, "rate": 1.5}, "rate: Input should be less than or equal to 1"),
        ({"seed": 1, "kinds": []}, "kinds: Frozenset should have at least 1 item"),
        ({"seed": 1, "kinds": ["hail"]}, "kinds.0: Input should be 'latency', "),
        ({"seed": 1, "most_in_a_row": 0}, "most_in_a_row: Input should be greater than or equal to 1"),
    ],
)
async def test_a_wrong_storm_is_refused_and_the_key_is_named(
    town: Town, order: dict[str, object], named: str
) -> None:
    refused = await (await town.client()).post("/_simulator/storm", json=order)

    assert 422 == refused.status_code
    assert refused.json()["errors"][0].startswith(named)
