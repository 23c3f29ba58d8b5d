"""Deliveries in a storm: lost, late, or sent twice."""

import httpx
import pytest

from github_simulator import Kind, NewCommit, OpenPull, Push, Simulator, Storm, served
from tests.github_simulator.conftest import DIFF, NEXT, SECRET, Inbox, Town

ORDER = OpenPull(repository="acme/shop", title="Retry", commits=[NewCommit(message="m", diff=DIFF)])


def strike(town: Town, kind: Kind, most: int = 1) -> None:
    town.simulator.storm(Storm(seed=1, rate=1, kinds={kind}, most_in_a_row=most, latency=0.05))


def guids(town: Town) -> list[str]:
    return [headers["X-GitHub-Delivery"] for headers, _ in town.inbox.received]


async def test_a_lost_delivery_is_listed_as_failed_and_can_be_sent_again(town: Town) -> None:
    strike(town, Kind.DELIVERY_LOST)
    opened = await town.open()
    app = await town.as_app()
    [failed] = (await app.get("/app/hook/deliveries")).json()
    outcomes = {502: "failed to connect to host", 504: "timed out"}
    assert outcomes[failed["status_code"]] == failed["status"]
    assert [] == guids(town)
    assert 202 == (await app.post(f"/app/hook/deliveries/{failed['id']}/attempts")).status_code
    await town.simulator.settle()

    assert [opened["delivery"]] == guids(town)
    again, _ = (await app.get("/app/hook/deliveries")).json()
    assert (opened["delivery"], True, 202) == (again["guid"], again["redelivery"], again["status_code"])
    assert {"delivery_lost": 1} == town.simulator.state()["storm"]


async def test_the_same_delivery_is_lost_only_so_often_in_a_row(town: Town) -> None:
    strike(town, Kind.DELIVERY_LOST, most=2)
    guid = (await town.open())["delivery"]
    tries = [await town.simulator.redeliver(guid) for _ in range(2)]

    assert [False, True] == [one.status == 202 for one in tries]


async def test_a_delivery_comes_twice_under_one_guid_and_is_one(town: Town) -> None:
    strike(town, Kind.DELIVERY_TWICE)
    opened = await town.open()
    first, second = town.inbox.received

    assert [opened["delivery"]] * 2 == guids(town)
    assert first[1] == second[1]
    assert first[0]["X-Hub-Signature-256"] == second[0]["X-Hub-Signature-256"]
    assert [202] == [one["status"] for one in town.simulator.state()["deliveries"]]


async def test_a_late_delivery_comes(town: Town) -> None:
    strike(town, Kind.DELIVERY_LATE)
    opened = await town.open()

    assert [opened["delivery"]] == guids(town)
    assert {"delivery_late": 1} == town.simulator.state()["storm"]


async def fates(inbox: Inbox, seed: int) -> list[bool]:
    """Which deliveries of one scenario arrive."""
    simulator = Simulator(webhook=inbox.url, secret=SECRET)
    simulator.storm(Storm(seed=seed, rate=0.5, kinds={Kind.DELIVERY_LOST}))
    async with served(simulator):
        await simulator.open_pull(ORDER)
        await simulator.push("acme/shop", 1, Push(message="Log less", diff=NEXT))
        for _ in range(10):
            await simulator.set_draft("acme/shop", 1, draft=True)
            await simulator.set_draft("acme/shop", 1, draft=False)
        return [one["status"] == 202 for one in simulator.state()["deliveries"]]


async def test_the_seed_says_which_are_lost(inbox: Inbox) -> None:
    first, same, other = await fates(inbox, 1), await fates(inbox, 1), await fates(inbox, 2)

    assert first == same != other
    assert {True, False} == set(first)


@pytest.mark.parametrize("kind", [Kind.ERROR_BEFORE, Kind.LATENCY])
async def test_a_storm_of_other_kinds_lets_deliveries_through(town: Town, kind: Kind) -> None:
    strike(town, kind)
    opened = await town.open()

    assert [opened["delivery"]] == guids(town)


async def test_nothing_is_lost_when_the_storm_is_over(town: Town) -> None:
    strike(town, Kind.DELIVERY_LOST, most=1000)
    await town.open()
    async with httpx.AsyncClient(base_url=town.url, timeout=60) as client:
        await client.delete("/_simulator/storm")
    await town.simulator.set_draft("acme/shop", 1, draft=True)

    assert [202] == [one["status"] for one in town.simulator.state()["deliveries"]][1:]
