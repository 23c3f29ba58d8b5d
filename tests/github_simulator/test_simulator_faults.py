"""Injected faults, also at the n-th call."""

import httpx
import pytest

from github_simulator import Call, Dropped, Fault, Moment
from tests.github_simulator.conftest import Town

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


async def test_a_fault_may_strike_for_ever_and_one_account_alone(town: Town) -> None:
    await town.open()
    await town.open(repository="umbrella/shop")
    clients = {
        installed.account.login: await town.client(f"token {town.simulator.world.mint(installed).text}")
        for installed in town.simulator.world.installations.values()
    }
    fault = {
        "path": "/repos/{owner}/{repo}/pulls/{pull_number}",
        "status": 403,
        "times": None,
        "account": "acme",
    }
    order = await town.client()
    assert (await order.post("/_simulator/faults", json=fault)).status_code == 201
    for owner, status in (("acme", 403), ("umbrella", 200), ("acme", 403)):
        assert (await clients[owner].get(f"/repos/{owner}/shop/pulls/1")).status_code == status

    query = {"query": "query threads { __typename }"}
    town.simulator.inject(Fault(path="/graphql", status=403, times=None, account="acme"))
    assert (await clients["acme"].post("/graphql", json=query)).status_code == 403
    assert (await clients["umbrella"].post("/graphql", json=query)).status_code == 200

    town.simulator.clear_faults("acme")
    assert (await clients["acme"].get("/repos/acme/shop/pulls/1")).status_code == 200


async def test_a_fault_may_strike_one_query_or_one_kind_of_answer(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    town.simulator.inject(Fault(path="/graphql", variant="threads", status=403, times=None))
    town.simulator.inject(Fault(method="GET", path="/repos/acme/*", variant="diff", status=406, times=None))
    queries = {name: f"query {name}($n: Int) {{ __typename }}" for name in ("threads", "texts")}
    answers = {
        name: (await client.post("/graphql", json={"query": query})).status_code
        for name, query in queries.items()
    }
    assert answers == {"threads": 403, "texts": 200}
    diff = {"Accept": "application/vnd.github.diff"}
    assert (await client.get("/repos/acme/shop/pulls/1", headers=diff)).status_code == 406
    assert (await client.get("/repos/acme/shop/pulls/1")).status_code == 200
