"""Actions of people and other Apps, as methods of the simulator and through its control API."""

import json
from typing import Any

import httpx
import pytest

from bot.core.errors import Refused
from github_simulator import LabelPull, React, ResolveThread, SayOnLines, SetCheck, SetStatus
from github_simulator.state import Unknown
from tests.github_simulator.conftest import Town

PULL = "/_simulator/pulls/acme/shop/1"
WHERE: dict[str, Any] = {"path": "shop/api.py", "line": 12}


def deliveries(town: Town, event: str) -> list[dict[str, Any]]:
    return [json.loads(body) for headers, body in town.inbox.received if headers["X-GitHub-Event"] == event]


def state(town: Town) -> dict[str, Any]:
    [pull] = town.simulator.state()["pulls"]
    told: dict[str, Any] = pull
    return told


async def order(town: Town, what: str, status: int = 201, **body: Any) -> Any:
    answer: httpx.Response = await (await town.client()).post(f"{PULL}/{what}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_person_comments_on_lines_and_another_answers(town: Town) -> None:
    await town.open()
    first = await order(town, "inline", user="mira", body="why?", permission="write", start=11, **WHERE)
    reply = await order(town, "inline", user="noor", body="because", reply_to=first["id"])
    await order(town, "inline", user="mira", body="I see", reply_to=reply["id"])
    told = state(town)["inline"]
    assert [(one["user"], one["body"], one["reply_to"], one["start"], one["line"]) for one in told] == [
        ("mira", "why?", None, 11, 12),
        ("noor", "because", first["id"], 11, 12),
        ("mira", "I see", first["id"], 11, 12),
    ]
    events = deliveries(town, "pull_request_review_comment")
    assert [event["comment"].get("in_reply_to_id") for event in events] == [None, first["id"], first["id"]]
    assert events[1]["sender"]["login"] == "noor"


async def test_a_person_comments_on_a_file(town: Town) -> None:
    await town.open()
    await order(town, "inline", user="mira", body="large", path="logo.png")
    [said] = state(town)["inline"]
    assert (said["path"], said["line"]) == ("logo.png", None)


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"path": "shop/api.py", "line": 30}, "line must be part of the diff"),
        ({"path": "shop/api.py", "line": 42, "start": 11}, "same hunk"),
        ({"path": "no/such.py", "line": 1}, "Validation Failed"),
        ({"path": "no/such.py"}, "Validation Failed"),
        ({"line": 12}, "give a location"),
    ],
)
async def test_people_too_can_only_comment_on_the_diff(town: Town, where: Any, reason: str) -> None:
    await town.open()
    assert reason in (await order(town, "inline", 422, user="mira", body="?", **where))["message"]
    assert state(town)["inline"] == []


async def test_people_react_once(town: Town) -> None:
    await town.open()
    said = await order(town, "inline", user="mira", body="why?", **WHERE)
    for _ in range(2):
        await order(town, "reactions", user="noor", comment=said["id"], content="-1")
    assert state(town)["inline"][0]["reactions"] == [{"user": "noor", "content": "-1"}]
    comments = await (await town.client()).get("/repos/acme/shop/pulls/1/comments")
    rollup = comments.json()[0]["reactions"]
    assert (rollup["-1"], rollup["total_count"]) == (1, 1)


async def test_people_resolve_threads_and_open_them_again(town: Town) -> None:
    await town.open()
    said = await order(town, "inline", user="mira", body="why?", **WHERE)
    reply = await order(town, "inline", user="noor", body="because", reply_to=said["id"])
    await order(town, "threads", user="noor", comment=reply["id"])
    assert [(one["resolved"], one["resolver"]) for one in state(town)["inline"]] == [(True, "noor")] * 2
    await order(town, "threads", 422, user="noor", comment=reply["id"])
    await order(town, "threads", user="mira", comment=said["id"], resolved=False)
    assert not state(town)["inline"][0]["resolved"]
    events = deliveries(town, "pull_request_review_thread")
    assert [(event["action"], event["sender"]["login"]) for event in events] == [
        ("resolved", "noor"),
        ("unresolved", "mira"),
    ]
    assert [one["id"] for one in events[0]["thread"]["comments"]] == [said["id"], reply["id"]]


async def test_people_label_pulls(town: Town) -> None:
    await town.open()
    await order(town, "labels", user="mira", add=["urgent", "ready"])
    told = await order(town, "labels", user="mira", add=["Urgent"], remove=["READY", "no such"])
    assert told["labels"] == state(town)["labels"] == ["urgent"]
    events = [event for event in deliveries(town, "pull_request") if "label" in event]
    assert [(event["action"], event["label"]["name"]) for event in events] == [
        ("labeled", "urgent"),
        ("labeled", "ready"),
        ("unlabeled", "ready"),
    ]
    pull = (await (await town.client()).get("/repos/acme/shop/pulls/1")).json()
    assert [label["name"] for label in pull["labels"]] == ["urgent"]


async def test_checks_of_other_apps_begin_and_end(town: Town) -> None:
    opened = await town.open()
    await order(town, "checks", name="tests")
    assert deliveries(town, "check_suite") == []
    await order(town, "checks", name="tests", conclusion="failure")
    [event] = deliveries(town, "check_suite")
    suite = event["check_suite"]
    assert (event["action"], suite["conclusion"], suite["head_sha"]) == (
        "completed",
        "failure",
        opened["head"],
    )
    assert [pull["number"] for pull in suite["pull_requests"]] == [1]
    where = f"/repos/acme/shop/commits/{opened['head']}/check-runs"
    [run] = (await (await town.client()).get(where)).json()["check_runs"]
    assert (run["app"]["slug"], run["conclusion"]) == ("github-actions", "failure")
    assert state(town)["checks"] == []  # the App's own


async def test_an_app_cannot_change_anothers_check_run(town: Town) -> None:
    opened = await town.open()
    await town.simulator.set_check("acme/shop", 1, SetCheck(name="tests"))
    client = await town.as_installation()
    where = f"/repos/acme/shop/commits/{opened['head']}/check-runs"
    [run] = (await client.get(where)).json()["check_runs"]
    assert (await client.patch(run["url"], json={"conclusion": "success"})).status_code == 403


async def test_statuses_are_told_and_count_together(town: Town) -> None:
    opened = await town.open()
    client = await town.as_installation()
    where = f"/repos/acme/shop/commits/{opened['head']}/status"
    assert (await client.get(where)).json()["state"] == "pending"
    for context, status, together in (
        ("a", "success", "success"),
        ("b", "pending", "pending"),
        ("b", "error", "failure"),
    ):
        await order(town, "statuses", context=context, state=status)
        assert (await client.get(where)).json()["state"] == together
    assert (await client.get(where)).json()["total_count"] == 2
    events = deliveries(town, "status")
    assert [(event["context"], event["state"]) for event in events] == [
        ("a", "success"),
        ("b", "pending"),
        ("b", "error"),
    ]
    assert events[0]["sha"] == opened["head"]


async def test_what_is_not_there_is_said_so(town: Town) -> None:
    await town.open()
    simulator, pull = town.simulator, ("acme/shop", 1)
    with pytest.raises(Unknown):
        simulator.react(*pull, React(user="mira", comment=1, content="-1"))
    with pytest.raises(Unknown):
        await simulator.resolve_thread(*pull, ResolveThread(user="mira", comment=1))
    with pytest.raises(Unknown):
        await simulator.say_on_lines(*pull, SayOnLines(user="mira", body="?", reply_to=1))
    with pytest.raises(Unknown):
        await simulator.label("acme/none", 1, LabelPull(user="mira", add=["x"]))
    with pytest.raises(Unknown):
        await simulator.set_status("acme/shop", 2, SetStatus(context="ci", state="success"))
    with pytest.raises(Refused):
        await simulator.say_on_lines(*pull, SayOnLines(user="mira", body="?"))


async def test_the_app_is_granted_and_denied_permissions(town: Town) -> None:
    await town.open()
    client = await town.client()
    granted = {"contents": "write", "checks": "none"}
    assert (await client.post("/_simulator/app", json={"permissions": granted})).status_code == 201
    app = (await (await town.as_app()).get("/app")).json()["permissions"]
    assert (app["contents"], app.get("checks"), app["pull_requests"]) == ("write", None, "write")
    head = state(town)["head"]
    refused = await (await town.as_installation()).post(
        "/repos/acme/shop/check-runs", json={"name": "review", "head_sha": head}
    )
    assert refused.status_code == 403
