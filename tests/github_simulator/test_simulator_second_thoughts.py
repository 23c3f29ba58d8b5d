"""Re-run checks, the merge queue, edits, reviews, locks, and arbitrary events."""

import json
from typing import Any

import pytest

from bot.core.errors import Refused
from github_simulator import (
    Dequeue,
    EditPull,
    EditReview,
    Enqueue,
    GrantApp,
    Lock,
    Rerun,
    SubmitReview,
    Tell,
    Unlock,
)
from github_simulator.state import Unknown
from tests.github_simulator.conftest import Town
from tests.npm.paths import recorded_deliveries

SHOP = ("acme/shop", 1)


def told(town: Town, event: str, action: str | None = None) -> list[dict[str, Any]]:
    """The payloads delivered for an event."""
    payloads = [json.loads(body) for head, body in town.inbox.received if head["X-GitHub-Event"] == event]
    return [payload for payload in payloads if action in (None, payload.get("action"))]


def suite(town: Town) -> tuple[str, str | None]:
    [pull] = town.simulator.state()["pulls"]
    [found] = pull["suites"]
    return found["status"], found["conclusion"]


async def checked(town: Town, head: str) -> str:
    """Creates a check of the App on `head`; returns its address."""
    client = await town.as_installation()
    written = {"name": "review", "head_sha": head, "conclusion": "success"}
    return str((await client.post("/repos/acme/shop/check-runs", json=written)).json()["url"])


@pytest.mark.parametrize("whole", [False, True])
async def test_a_check_that_is_asked_for_again_leaves_its_suite_queued_until_it_is_written(
    town: Town, whole: bool
) -> None:
    opened = await town.open()
    run = await checked(town, opened["head"])
    assert suite(town) == ("completed", "success")

    await town.simulator.rerun(*SHOP, Rerun(user="mira", all=whole))

    [payload] = told(town, "check_suite" if whole else "check_run", "rerequested")
    of_run = payload.get("check_run", {})
    of_suite = payload["check_suite"] if whole else of_run["check_suite"]
    assert (of_suite["status"], of_suite["conclusion"]) == ("queued", None)
    assert of_suite["pull_requests"][0]["number"] == 1
    assert of_run.get("conclusion", "success") == "success"
    assert payload["sender"]["login"] == "mira"
    client = await town.as_installation()
    await client.patch(run, json={"output": {"title": "t", "summary": "s"}})
    assert suite(town) == ("queued", None)
    await client.patch(run, json={"status": "in_progress"})
    assert suite(town) == ("in_progress", None)
    assert (await client.get(run)).json()["conclusion"] is None
    await client.patch(run, json={"conclusion": "neutral"})
    assert suite(town) == ("completed", "neutral")


async def test_only_a_check_that_is_there_can_be_run_again(town: Town) -> None:
    await town.open()
    with pytest.raises(Refused, match="no check"):
        await town.simulator.rerun(*SHOP, Rerun(user="mira"))


async def test_of_a_fork_no_pull_is_named_when_checks_are_asked_for_again(town: Town) -> None:
    opened = await town.open(fork=True)
    await checked(town, opened["head"])
    await town.simulator.rerun(*SHOP, Rerun(user="mira", all=True))

    [payload] = told(town, "check_suite", "rerequested")
    assert payload["check_suite"]["pull_requests"] == []
    assert payload["check_suite"]["head_branch"] is None


async def test_the_queue_asks_for_checks_on_a_commit_of_its_own(town: Town) -> None:
    opened = await town.open()
    await town.simulator.enqueue(*SHOP, Enqueue(user="mira"))

    [payload] = told(town, "merge_group")
    group = payload["merge_group"]
    assert group["head_ref"] == f"refs/heads/gh-readonly-queue/main/pr-1-{group['base_sha']}"
    assert group["head_sha"] != opened["head"]
    run = await checked(town, group["head_sha"])
    await town.simulator.dequeue(*SHOP, Dequeue(user="mira"))
    assert told(town, "merge_group", "destroyed")[0]["reason"] == "dequeued"
    [pull] = town.simulator.state()["pulls"]
    [queued] = pull["queue"]
    assert (queued["head"], queued["destroyed"]) == (group["head_sha"], "dequeued")
    assert [check["conclusion"] for check in queued["checks"]] == ["success"]
    assert (await (await town.as_installation()).get(run)).json()["pull_requests"] == []
    with pytest.raises(Refused, match="not queued"):
        await town.simulator.dequeue(*SHOP, Dequeue(user="mira"))


async def test_a_pull_is_queued_once(town: Town) -> None:
    await town.open()
    await town.simulator.enqueue(*SHOP, Enqueue(user="mira"))
    with pytest.raises(Refused, match="cannot be queued"):
        await town.simulator.enqueue(*SHOP, Enqueue(user="mira"))


async def test_an_app_hears_of_nothing_that_it_has_not_subscribed_to_or_may_not_read(town: Town) -> None:
    opened = await town.open()
    town.simulator.grant_app(GrantApp(permissions={"merge_queues": "none"}))
    await town.simulator.enqueue(*SHOP, Enqueue(user="mira"))
    town.simulator.world.app.events = ("issue_comment",)
    await checked(town, opened["head"])
    await town.simulator.edit(*SHOP, EditPull(user="mira", title="Another"))
    await town.simulator.rerun(*SHOP, Rerun(user="mira"))

    assert [payload["action"] for payload in told(town, "pull_request")] == ["opened", "enqueued"]
    assert not told(town, "merge_group")
    assert [payload["action"] for payload in told(town, "check_run")] == ["rerequested"]


async def test_title_and_text_are_edited(town: Town) -> None:
    await town.open(body="Why")
    await town.simulator.edit(*SHOP, EditPull(user="mira", title="Another"))
    await town.simulator.edit(*SHOP, EditPull(user="mira", title="Another", body="How"))

    edits = told(town, "pull_request", "edited")
    assert [edit["changes"] for edit in edits] == [{"title": {"from": "Retry"}}, {"body": {"from": "Why"}}]
    assert edits[0]["pull_request"]["title"] == "Another"
    with pytest.raises(Refused, match="nothing changes"):
        await town.simulator.edit(*SHOP, EditPull(user="mira", title="Another"))


async def test_a_review_has_a_text_or_approves(town: Town) -> None:
    await town.open()
    said = (await town.simulator.submit_review(*SHOP, SubmitReview(user="mira", body="/review"))).review
    assert said is not None
    await town.simulator.submit_review(*SHOP, SubmitReview(user="mira", state="APPROVED"))
    await town.simulator.edit_review(*SHOP, EditReview(user="mira", review=said.id, body="/help"))

    events = told(town, "pull_request_review")
    assert [(event["action"], event["review"]["state"], event["review"]["body"]) for event in events] == [
        ("submitted", "commented", "/review"),
        ("submitted", "approved", None),
        ("edited", "commented", "/help"),
    ]
    with pytest.raises(Refused, match="needs a body"):
        await town.simulator.submit_review(*SHOP, SubmitReview(user="mira"))
    with pytest.raises(Unknown):
        await town.simulator.edit_review(*SHOP, EditReview(user="mira", review=7, body="x"))


async def test_a_locked_conversation_is_closed_to_apps_and_readers(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    said = (await client.post("/repos/acme/shop/issues/1/comments", json={"body": "Hello"})).json()["url"]
    await town.simulator.lock(*SHOP, Lock(user="mira", reason="too heated"))
    assert (await client.get("/repos/acme/shop/pulls/1")).json()["active_lock_reason"] == "too heated"
    on_line = {"path": "shop/api.py", "line": 11, "body": "Why?"}
    statuses = [
        (await client.post("/repos/acme/shop/issues/1/comments", json={"body": "Hello"})).status_code,
        (await client.patch(said, json={"body": "Hello"})).status_code,
        (
            await client.post("/repos/acme/shop/pulls/1/reviews", json={"event": "COMMENT", "body": "x"})
        ).status_code,
        (
            await client.post("/repos/acme/shop/pulls/1/comments", json={**on_line, "commit_id": head(town)})
        ).status_code,
    ]
    assert statuses == [403, 403, 422, 422]
    person = await town.as_user()
    assert (await person.post("/repos/acme/shop/issues/1/comments", json={"body": "Stop"})).status_code == 201
    await town.simulator.unlock(*SHOP, Unlock(user="mira"))
    assert (
        await client.post("/repos/acme/shop/issues/1/comments", json={"body": "Hello"})
    ).status_code == 201


def head(town: Town) -> str:
    return town.simulator.world.pull(*SHOP).head.sha


async def test_any_event_can_be_told_of(town: Town) -> None:
    payload = {"action": "edited", "projects_v2_item": {"id": 1}}
    await town.simulator.tell(Tell(event="projects_v2_item", payload=payload))

    assert told(town, "projects_v2_item") == [payload]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("edit", {"user": "mira", "title": "Another"}),
        ("reviews", {"user": "mira", "permission": "write", "body": "/review"}),
        ("lock", {"user": "mira"}),
        ("unlock", {"user": "mira"}),
        ("queue", {"user": "mira"}),
    ],
)
async def test_each_is_an_order_of_the_control_api(town: Town, what: str, body: dict[str, Any]) -> None:
    await town.open()
    client = await town.client()
    answer = await client.post(f"/_simulator/pulls/acme/shop/1/{what}", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["delivery"]
    other = await client.post("/_simulator/deliveries", json={"event": "projects_v2", "payload": {}})
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("event", "action", "part"),
    [
        ("merge_group", "checks_requested", "merge_group"),
        ("check_suite", "rerequested", "check_suite"),
        ("check_run", "rerequested", "check_run"),
        ("pull_request_review", "submitted", "review"),
    ],
)
async def test_what_is_delivered_has_the_keys_that_github_sends(
    town: Town, event: str, action: str, part: str
) -> None:
    opened = await town.open()
    await checked(town, opened["head"])
    for whole in (False, True):
        await town.simulator.rerun(*SHOP, Rerun(user="mira", all=whole))
    await town.simulator.submit_review(*SHOP, SubmitReview(user="mira", body="/review"))
    await town.simulator.enqueue(*SHOP, Enqueue(user="mira"))
    recorded = [one for one in recorded_deliveries()[event] if one["action"] == action][-1]
    [ours] = told(town, event, action)

    later = {"rerequestable", "runs_rerequestable", "head_commit"}  # only in some recordings
    assert set(recorded[part]) - later <= set(ours[part])
    assert {"repository", "installation", "sender"} <= set(ours)
