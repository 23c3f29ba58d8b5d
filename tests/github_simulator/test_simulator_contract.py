"""Calls every route once: each answer must match GitHub's OpenAPI description."""

import json

import httpx

from github_simulator import (
    Dequeue,
    EditPull,
    EditReview,
    Enqueue,
    LabelPull,
    Lock,
    Push,
    RaiseAlert,
    Rerun,
    ResolveThread,
    Retarget,
    SayOnLines,
    SetCheck,
    SetStatus,
    SubmitReview,
    Unlock,
)
from github_simulator.api import ROUTES
from tests.github_simulator.conftest import NEXT, Town
from tests.openapi import Contract, check_delivery

PULL = "/repos/acme/shop/pulls/1"
ISSUE = "/repos/acme/shop/issues/1"


async def test_every_answer_conforms_to_githubs_description(town: Town, contract: Contract) -> None:
    await town.open()
    await _ask_as_the_app(town)
    await _read(town)
    await _write(town)
    await _ask_as_a_user(town)
    assert not contract.violations, "\n".join(contract.violations)
    assert {f"{route.method} {route.template}" for route in ROUTES} == contract.checked


async def test_every_delivery_conforms_to_githubs_description(town: Town) -> None:
    await town.open()
    await _write(town)
    await town.simulator.push("acme/shop", 1, Push(message="Log less", diff=NEXT))
    await _live(town)
    await _think_again(town)
    for turn in ("draft", "ready", "close", "reopen", "merge"):
        await (await town.client()).post(f"/_simulator/pulls/acme/shop/1/{turn}")
    await town.simulator.settle()
    told = set()
    for headers, body in town.inbox.received:
        payload = json.loads(body)
        told.add((headers["X-GitHub-Event"], payload.get("action")))
        check_delivery(headers["X-GitHub-Event"], payload)
    assert told == {
        ("pull_request", "opened"),
        ("pull_request", "synchronize"),
        ("pull_request", "converted_to_draft"),
        ("pull_request", "ready_for_review"),
        ("pull_request", "closed"),
        ("pull_request", "reopened"),
        ("issue_comment", "created"),
        ("issue_comment", "edited"),
        ("issue_comment", "deleted"),
        ("pull_request", "edited"),
        ("pull_request", "labeled"),
        ("pull_request", "unlabeled"),
        ("pull_request_review", "submitted"),
        ("pull_request_review", "dismissed"),
        ("pull_request_review_comment", "created"),
        ("pull_request_review_comment", "edited"),
        ("pull_request_review_comment", "deleted"),
        ("pull_request_review_thread", "resolved"),
        ("pull_request_review_thread", "unresolved"),
        ("check_run", "created"),
        ("check_run", "completed"),
        ("check_run", "rerequested"),
        ("check_suite", "completed"),
        ("check_suite", "rerequested"),
        ("merge_group", "checks_requested"),
        ("merge_group", "destroyed"),
        ("pull_request", "enqueued"),
        ("pull_request", "dequeued"),
        ("pull_request", "locked"),
        ("pull_request", "unlocked"),
        ("pull_request_review", "edited"),
        ("status", None),
    }


async def _live(town: Town) -> None:
    """Actions of people and other Apps."""
    simulator, pull = town.simulator, ("acme/shop", 1)
    said = await simulator.say_on_lines(*pull, SayOnLines(user="mira", body="?", path="docs/new.md", line=1))
    assert said.comment is not None
    for resolved in (True, False):
        order = ResolveThread(user="mira", comment=said.comment.id, resolved=resolved)
        await simulator.resolve_thread(*pull, order)
    await simulator.label(*pull, LabelPull(user="mira", add=["urgent"]))
    await simulator.label(*pull, LabelPull(user="mira", remove=["urgent"]))
    await simulator.set_check(*pull, SetCheck(name="tests", conclusion="success"))
    await simulator.retarget(*pull, Retarget(branch="release"))


async def _think_again(town: Town) -> None:
    """Edits, re-runs, locks and the merge queue."""
    simulator, pull = town.simulator, ("acme/shop", 1)
    head = simulator.world.pull(*pull).head.sha
    written = {"name": "review", "head_sha": head, "conclusion": "neutral"}
    client = await town.as_installation()
    assert (await client.post("/repos/acme/shop/check-runs", json=written)).status_code == 201
    for whole in (False, True):
        await simulator.rerun(*pull, Rerun(user="mira", all=whole))
    await simulator.edit(*pull, EditPull(user="mira", title="Another", body="And why"))
    review = (await simulator.submit_review(*pull, SubmitReview(user="mira", body="/review"))).review
    assert review is not None
    await simulator.edit_review(*pull, EditReview(user="mira", review=review.id, body="No"))
    await simulator.submit_review(*pull, SubmitReview(user="mira", state="APPROVED"))
    await simulator.lock(*pull, Lock(user="mira", reason="too heated"))
    await simulator.unlock(*pull, Unlock(user="mira"))
    await simulator.enqueue(*pull, Enqueue(user="mira"))
    await simulator.dequeue(*pull, Dequeue(user="mira", reason="invalidated"))


async def _ask_as_the_app(town: Town) -> None:
    app = await town.as_app()
    await town.simulator.settle()
    [installation] = (await app.get("/app/installations")).json()
    [delivery] = (await app.get("/app/hook/deliveries")).json()
    where = f"/app/installations/{installation['id']}"
    for path in ("/app", where, "/repos/acme/shop/installation", f"/app/hook/deliveries/{delivery['id']}"):
        assert (await app.get(path)).status_code == 200
    assert (await app.post(f"/app/hook/deliveries/{delivery['id']}/attempts")).status_code == 202
    minted = await app.post(f"{where}/access_tokens", json={"permissions": {"checks": "write"}})
    assert minted.status_code == 201
    installed = await town.client(f"token {minted.json()['token']}")
    assert (await installed.get("/installation/repositories")).json()["total_count"] == 1
    assert (await installed.delete("/installation/token")).status_code == 204
    assert (await installed.get("/installation/repositories")).status_code == 401


async def _read(town: Town) -> None:
    client = await town.as_installation()
    head = (await client.get(PULL)).json()["head"]["sha"]
    for path in (
        "/repos/acme/shop",
        "/repos/acme/shop/pulls",
        "/repos/acme/shop/contents/docs/new.md",
        "/repos/acme/shop/collaborators/octocat/permission",
        f"/repos/acme/shop/contents/docs/new.md?ref={head}",
        f"/repos/acme/shop/commits?sha={head}&path=docs",
        "/repos/acme/shop/commits",
        f"/repos/acme/shop/commits/{head}",
        f"/repos/acme/shop/compare/main...{head}",
        "/repos/acme/shop/compare/main...change-1",
        f"/repos/acme/shop/git/trees/{head}?recursive=1",
        "/repos/acme/shop/git/trees/main",
        f"/repos/acme/shop/tarball/{head}",
        f"{PULL}/files",
        f"{PULL}/commits",
        ISSUE,
        "/users/octocat",
        "/rate_limit",
    ):
        answer = await client.get(path)
        expected = 404 if path.endswith("docs/new.md") else 302 if "/tarball/" in path else 200
        assert answer.status_code == expected, (path, answer.text)


async def _write(town: Town) -> None:
    client = await town.as_installation()
    head = (await client.get(PULL)).json()["head"]["sha"]
    comment = (await client.post(f"{ISSUE}/comments", json={"body": "Hello"})).json()["url"]
    on_line = {"path": "shop/api.py", "line": 11, "body": "Why?"}
    review = await client.post(
        f"{PULL}/reviews", json={"event": "COMMENT", "body": "Seen", "commit_id": head, "comments": [on_line]}
    )
    assert review.status_code == 200
    single = {"commit_id": head, "side": "RIGHT", "start_line": 11, "start_side": "RIGHT"}
    inline = (await client.post(f"{PULL}/comments", json={**single, **on_line, "line": 12})).json()
    whole = {"path": "logo.png", "subject_type": "file", "body": "Large", "commit_id": head}
    assert (await client.post(f"{PULL}/comments", json=whole)).status_code == 201
    assert (
        await client.post(f"{PULL}/comments/{inline['id']}/replies", json={"body": "So"})
    ).status_code == 201
    await client.get(f"{PULL}/reviews/{review.json()['id']}")
    await client.get(f"{PULL}/reviews/{review.json()['id']}/comments")
    await client.get(f"{PULL}/reviews")
    await client.get(f"{PULL}/comments")
    await client.get(f"{ISSUE}/comments")
    for address in (comment, inline["url"]):
        await client.get(address)
        await client.patch(address, json={"body": "Edited"})
        reaction = await client.post(f"{address}/reactions", json={"content": "eyes"})
        assert reaction.status_code == 201
        assert (await client.post(f"{address}/reactions", json={"content": "eyes"})).status_code == 200
        assert len((await client.get(f"{address}/reactions")).json()) == 1
        assert (await client.delete(f"{address}/reactions/{reaction.json()['id']}")).status_code == 204
        assert (await client.delete(address)).status_code == 204
    await _change(client, review.json()["id"])
    run = await client.post("/repos/acme/shop/check-runs", json={"name": "review", "head_sha": head})
    await client.get(run.json()["url"])
    mark = {"path": "shop/api.py", "start_line": 11, "end_line": 12, "annotation_level": "notice"}
    output = {"title": "t", "summary": "s", "annotations": [{**mark, "message": "m"}]}
    done = {"status": "completed", "conclusion": "success", "output": output}
    assert (await client.patch(run.json()["url"], json=done)).json()["conclusion"] == "success"
    assert (await client.get(f"/repos/acme/shop/commits/{head}/check-runs")).json()["total_count"] == 1
    assert len((await client.get(f"{run.json()['url']}/annotations")).json()) == 1
    await _scan(town, client)
    await town.simulator.set_status("acme/shop", 1, SetStatus(context="ci", state="failure"))
    assert (await client.get(f"/repos/acme/shop/commits/{head}/status")).json()["state"] == "failure"


async def _scan(town: Town, client: httpx.AsyncClient) -> None:
    """Alerts of code scanning, before and after the first analysis."""
    path = "/repos/acme/shop/code-scanning/alerts"
    assert (await client.get(path)).status_code == 404
    order = RaiseAlert(rule="py/x", path="shop/api.py", line=11, message="Bad", security="high")
    town.simulator.raise_alert("acme/shop", 1, order)
    query = {"ref": "refs/pull/1/merge", "state": "open"}
    [alert] = (await client.get(path, params=query)).json()
    assert alert["most_recent_instance"]["location"]["start_line"] == 11


async def _change(client: httpx.AsyncClient, review: int) -> None:
    """Reversible actions: labels, and a review that requests changes."""
    labels = f"{ISSUE}/labels"
    assert len((await client.post(labels, json={"labels": ["Risky", "size/S"]})).json()) == 2
    assert len((await client.get(labels)).json()) == 2
    assert len((await client.delete(f"{labels}/risky")).json()) == 1
    begun = (await client.post(f"{PULL}/reviews", json={"body": "Later"})).json()["id"]
    assert (await client.delete(f"{PULL}/reviews/{begun}")).json()["state"] == "PENDING"
    dismissal = {"message": "Mended", "event": "DISMISS"}
    kept = await client.put(f"{PULL}/reviews/{review}/dismissals", json=dismissal)
    assert kept.status_code == 422
    blocking = {"event": "REQUEST_CHANGES", "body": "No"}
    blocked = (await client.post(f"{PULL}/reviews", json=blocking)).json()["id"]
    dismissed = await client.put(f"{PULL}/reviews/{blocked}/dismissals", json=dismissal)
    assert dismissed.json()["state"] == "DISMISSED"


async def _ask_as_a_user(town: Town) -> None:
    assert (await (await town.as_user()).get("/user")).json()["login"] == "token-user"
