"""Bad days on demand, and striking at the n-th call."""

import httpx
import pytest

from bot.simulator import Call, Dropped, Fault, Moment
from tests.simulator.conftest import Town

COMMENTS = "/repos/acme/shop/issues/1/comments"
TEMPLATE = "/repos/{owner}/{repo}/issues/{issue_number}/comments"


async def say(client: httpx.AsyncClient) -> int:
    return (await client.post(COMMENTS, json={"body": "Hello"})).status_code


def said(town: Town) -> int:
    return len(town.simulator.state()["pulls"][0]["comments"])


@pytest.mark.parametrize("path", [TEMPLATE, "/repos/acme/*"])
async def test_a_fault_strikes_as_often_as_asked_and_then_no_more(town: Town, path: str) -> None:
    await town.open()
    client = await town.as_installation()
    fault = {"method": "POST", "path": path, "status": 502, "times": 2, "skip": 1}
    assert (await client.post("/_simulator/faults", json=fault)).status_code == 201
    assert [await say(client) for _ in range(4)] == [201, 502, 502, 201]
    assert said(town) == 2
    assert (await client.get(COMMENTS)).status_code == 200


async def test_a_fault_after_the_effect_leaves_the_effect(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    town.simulator.inject(Fault(path=TEMPLATE, status=502, after_effect=True))
    assert await say(client) == 502
    assert said(town) == 1


async def test_a_fault_says_what_it_is_told_to(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    body = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
    town.simulator.inject(Fault(path=TEMPLATE, status=403, headers={"Retry-After": "60"}, body=body))
    refused = await client.get(COMMENTS)
    assert (refused.status_code, refused.headers["Retry-After"], refused.json()) == (403, "60", body)
    town.simulator.inject(Fault(path=TEMPLATE, status=503, body="<html>"))
    assert (await client.get(COMMENTS)).text == "<html>"


async def test_faults_are_forgotten_when_asked(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    town.simulator.inject(Fault(status=500, times=100))
    assert await say(client) == 500
    assert (await client.delete("/_simulator/faults")).status_code == 200
    assert await say(client) == 201


@pytest.mark.parametrize("after_effect", [True, False])
async def test_a_connection_can_end_without_an_answer(town: Town, after_effect: bool) -> None:
    await town.open()
    client = await town.as_installation()
    town.simulator.inject(Fault(path=TEMPLATE, drop=True, after_effect=after_effect))
    with pytest.raises(httpx.TransportError):
        await say(client)
    assert said(town) == after_effect
    assert await say(client) == 201


async def test_a_listener_strikes_at_the_nth_call(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    seen: list[tuple[Moment, int, int | None]] = []

    async def strike(moment: Moment, call: Call) -> None:
        seen.append((moment, call.count, call.status))
        if moment is Moment.AFTER and call.key == f"POST {TEMPLATE}" and call.count == 2:
            raise Dropped

    stop = town.simulator.on_call(strike)
    assert await say(client) == 201
    with pytest.raises(httpx.TransportError):
        await say(client)
    stop()
    assert await say(client) == 201
    assert said(town) == 3
    assert seen == [
        (Moment.BEFORE, 1, None),
        (Moment.AFTER, 1, 201),
        (Moment.BEFORE, 2, None),
        (Moment.AFTER, 2, 201),
    ]
