"""Code scanning: alerts in pages, by ref and state, and GitHub's refusals."""

from typing import Any

from github_simulator import GrantApp, RaiseAlert
from tests.github_simulator.conftest import Town

PATH = "/repos/acme/shop/code-scanning/alerts"
MERGE = "refs/pull/1/merge"


def alert(town: Town, line: int = 11, **fields: Any) -> None:
    order = {"rule": "py/x", "path": "shop/api.py", "line": line, "message": "Bad", **fields}
    town.simulator.raise_alert("acme/shop", 1, RaiseAlert(**order))


async def refusal(client: Any) -> tuple[int, str]:
    answer = await client.get(PATH)
    return answer.status_code, answer.json()["message"]


async def test_the_permission_is_needed_on_a_public_repository_too(town: Town) -> None:
    town.simulator.grant_app(GrantApp(permissions={"security_events": "none"}))
    await town.open()
    alert(town)

    assert await refusal(await town.as_installation()) == (403, "Resource not accessible by integration")
    assert (await refusal(await town.client()))[0] == 401
    town.simulator.add_token("reader", "eve")
    reader = await town.client("token reader")
    assert await refusal(reader) == (403, "You are not authorized to read code scanning alerts.")


async def test_a_repository_that_was_not_analysed_has_none(town: Town) -> None:
    await town.open()
    assert await refusal(await town.as_installation()) == (404, "no analysis found")


async def test_alerts_are_those_of_a_ref_and_a_state_in_pages(town: Town) -> None:
    await town.open()
    for line in range(1, 6):
        alert(town, line)
    alert(town, 6, state="fixed")
    alert(town, 7, checked="head", tool="Semgrep")
    client = await town.as_installation()

    async def numbers(**query: Any) -> list[int]:
        return [one["number"] for one in (await client.get(PATH, params=query)).json()]

    assert await numbers() == []
    assert await numbers(ref=MERGE) == [6, 5, 4, 3, 2, 1]
    assert await numbers(ref=MERGE, state="open", per_page=2, page=2) == [3, 2]
    assert await numbers(ref="refs/pull/1/head", tool_name="Semgrep") == [7]
    assert await numbers(ref="refs/pull/1/head", tool_name="CodeQL") == []


async def test_the_control_api_places_alerts_and_annotations(town: Town) -> None:
    await town.open()
    control, client = await town.client(), await town.as_installation()
    raised = {"rule": "py/x", "path": "shop/api.py", "line": 11, "message": "Bad", "security": "high"}
    mark = {"path": "shop/api.py", "start_line": 11, "end_line": 12, "message": "Bad", "title": "Ruff (F401)"}
    for name, body in (("alerts", raised), ("checks", {"name": "lint", "annotations": [mark, mark]})):
        assert (await control.post(f"/_simulator/pulls/acme/shop/1/{name}", json=body)).status_code == 201
    odd = await control.post("/_simulator/pulls/acme/shop/1/alerts", json={**raised, "line": 0})
    head = town.simulator.world.pull("acme/shop", 1).head.sha
    [run] = (await client.get(f"/repos/acme/shop/commits/{head}/check-runs")).json()["check_runs"]

    assert odd.status_code == 422
    assert (run["app"]["slug"], run["output"]["annotations_count"]) == ("github-actions", 2)
    assert len((await client.get(f"/repos/acme/shop/check-runs/{run['id']}/annotations")).json()) == 2
    [shown] = (await client.get(PATH, params={"ref": MERGE})).json()
    assert shown["rule"]["security_severity_level"] == "high"
