"""The control API: its JSON is a contract, also for invalid requests."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from github_simulator import SetClock, Simulator, served
from tests.github_simulator.conftest import DIFF, NEXT, Town

PULL = "/_simulator/pulls/acme/shop/1"
COMMIT = {"message": "m", "diff": DIFF}
ORDER = {"repository": "acme/shop", "title": "Retry", "commits": [COMMIT]}


async def test_a_pull_is_opened_pushed_to_and_commented_on(town: Town) -> None:
    client = await town.client()
    order = {**ORDER, "body": "Why", "author": "mira", "private": False}
    opened = await client.post("/_simulator/pulls", json=order)
    pushed = await client.post(f"{PULL}/push", json={"message": "Log less", "diff": NEXT})
    said = await client.post(
        f"{PULL}/comments", json={"user": "mira", "permission": "write", "body": "/review"}
    )
    assert [answer.status_code for answer in (opened, pushed, said)] == [201, 201, 201]
    assert set(opened.json()) == {"repository", "number", "head", "delivery"}
    assert set(pushed.json()) == {"head", "delivery"}
    assert set(said.json()) == {"id", "delivery"}
    state = (await client.get("/_simulator/state")).json()
    assert set(state) == {"pulls", "deliveries", "calls", "storm"}
    [pull] = state["pulls"]
    assert pull == {
        "repository": "acme/shop",
        "number": 1,
        "title": "Retry",
        "head": pushed.json()["head"],
        "state": "open",
        "merged": False,
        "base": "main",
        "labels": [],
        "comments": [{"id": said.json()["id"], "user": "mira", "body": "/review"}],
        "reviews": [],
        "inline": [],
        "checks": [],
        "suites": [],
        "queue": [],
        "reactions": [],
    }
    assert state["deliveries"] == [
        {"id": answer.json()["delivery"], "event": event, "action": action, "status": 202}
        for answer, event, action in (
            (opened, "pull_request", "opened"),
            (pushed, "pull_request", "synchronize"),
            (said, "issue_comment", "created"),
        )
    ]


async def test_calls_and_reactions_are_told(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    where = "/repos/acme/shop/issues"
    comment = (await client.post(f"{where}/1/comments", json={"body": "Hello"})).json()["id"]
    await client.post(f"{where}/comments/{comment}/reactions", json={"content": "-1"})
    state = town.simulator.state()
    assert state["pulls"][0]["reactions"] == [
        {"comment": comment, "user": "code-review-bot[bot]", "content": "-1"}
    ]
    assert state["calls"] == {
        "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": 1,
        "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions": 1,
    }


async def test_commits_have_the_same_names_every_time(town: Town) -> None:
    heads = []
    for _ in range(2):
        simulator = Simulator()
        async with served(simulator) as url, httpx.AsyncClient(timeout=60) as client:
            heads.append((await client.post(f"{url}/_simulator/pulls", json=ORDER)).json()["head"])
    assert heads[0] == heads[1]
    assert len(heads[0]) == 40


async def test_a_forced_push_replaces_the_commits(town: Town) -> None:
    first = await town.open()
    client = await town.client()
    forced = await client.post(f"{PULL}/push", json={"message": "Anew", "diff": DIFF, "force": True})
    commits = (await client.get("/repos/acme/shop/pulls/1/commits")).json()
    assert [commit["sha"] for commit in commits] == [forced.json()["head"]]
    assert forced.json()["head"] != first["head"]
    assert (await client.get(f"/repos/acme/shop/commits/{first['head']}")).status_code == 200


async def test_files_on_the_default_branch_are_the_ground_of_later_pulls(town: Town) -> None:
    client = await town.client()
    file = {"repository": "acme/shop", "path": ".github/review-bot.toml", "text": "language = 'German'\n"}
    assert (await client.post("/_simulator/files", json=file)).status_code == 201
    await town.open()
    raw = {"Accept": "application/vnd.github.raw"}
    for ref in ("main", "change-1"):
        where = f"/repos/acme/shop/contents/.github/review-bot.toml?ref={ref}"
        assert (await client.get(where, headers=raw)).text == file["text"]


async def test_a_fork_is_another_repository(town: Town) -> None:
    await town.open(author="mira", fork=True)
    head = (await (await town.client()).get("/repos/acme/shop/pulls/1")).json()["head"]
    assert (head["repo"]["full_name"], head["repo"]["fork"], head["label"]) == (
        "mira/shop",
        True,
        "mira:change-1",
    )


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("pulls", {**ORDER, "titel": "x"}, "titel: Extra inputs are not permitted"),
        ("pulls", {"repository": "acme/shop", "commits": [COMMIT]}, "title: Field required"),
        ("pulls", {**ORDER, "private": "yes"}, "private: Input should be a valid boolean"),
        ("pulls", {**ORDER, "commits": []}, "commits: List should have at least 1 item"),
        ("pulls", {**ORDER, "commits": [{"message": "m"}]}, "commits.0.diff: Field required"),
        ("pulls", {**ORDER, "repository": "shop"}, "repository: String should match"),
        ("pulls", [], "Input should be an object"),
        ("pulls/acme/shop/1/push", {"message": 1, "diff": NEXT}, "message: Input should be a valid string"),
        ("pulls/acme/shop/1/comments", {"user": "m", "permission": "x", "body": "b"}, "permission: Input"),
        ("faults", {"status": 99}, "status: Input should be greater than or equal to 200"),
    ],
)
async def test_a_wrong_order_is_refused_and_the_key_is_named(
    town: Town, path: str, body: object, named: str
) -> None:
    await town.open()
    refused = await (await town.client()).post(f"/_simulator/{path}", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0].startswith(named)


async def test_a_diff_that_does_not_apply_is_refused_with_file_and_line(town: Town) -> None:
    await town.open()
    client = await town.client()
    wrong = NEXT.replace("-    log(total)", "-    log(sum)")
    refused = await client.post(f"{PULL}/push", json={"message": "Log less", "diff": wrong})
    assert (refused.status_code, refused.json()["message"]) == (
        422,
        "commit 1 (Log less): shop/api.py, line 12: the diff expects '    log(sum)', found '    log(total)'",
    )
    for diff in ("not a diff", "\n"):
        refused = await client.post(f"{PULL}/push", json={"message": "m", "diff": diff})
        assert refused.status_code == 422
        assert refused.json()["message"].startswith("commit 1 (m): ")
    assert len((await client.get("/repos/acme/shop/pulls/1/commits")).json()) == 1


async def test_what_is_not_there_is_said_so(town: Town) -> None:
    client = await town.client()
    missing = await client.post("/_simulator/pulls/acme/shop/7/close")
    assert (missing.status_code, missing.json()) == (404, {"message": "repository acme/shop does not exist"})
    await town.open()
    missing = await client.post("/_simulator/pulls/acme/shop/7/close")
    assert missing.json() == {"message": "pull request acme/shop#7 does not exist"}
    assert (await client.get("/_simulator/nothing")).status_code == 404
    assert (await client.get("/_simulator/pulls")).status_code == 405


words = st.text(max_size=20) | st.sampled_from(["acme/shop", "mira", "write", DIFF, NEXT, "\ud800", "\0"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
orders = st.fixed_dictionaries(
    {},
    optional={
        "repository": words,
        "title": words,
        "body": words,
        "user": words,
        "permission": words,
        "message": words,
        "diff": words,
        "path": words,
        "text": words,
        "commits": st.lists(st.fixed_dictionaries({"message": words, "diff": words}) | values, max_size=2),
        "status": st.integers(),
        "times": st.integers(),
        "seed": st.integers(),
        "rate": st.floats(),
        "offset": st.floats(),
        "line": st.integers(),
        "start": st.integers(),
        "reply_to": st.integers(999, 1020) | values,
        "comment": st.integers(999, 1020) | values,
        "content": st.sampled_from(["-1", "eyes"]) | words,
        "add": st.lists(words, max_size=2),
        "remove": st.lists(words, max_size=2),
        "name": words,
        "conclusion": st.sampled_from(["success", "failure"]) | words,
        "context": words,
        "state": st.sampled_from(["success", "error"]) | words,
        "branch": words,
        "event": words,
        "payload": st.dictionaries(words, words, max_size=2),
        "review": st.integers(999, 1020) | values,
        "reason": st.sampled_from(["spam", "merged"]) | words,
        "permissions": st.dictionaries(words, words, max_size=2),
    },
)
paths = st.sampled_from(
    [
        "pulls",
        "pulls/acme/shop/1/push",
        "pulls/acme/shop/1/comments",
        "pulls/acme/shop/1/inline",
        "pulls/acme/shop/1/reactions",
        "pulls/acme/shop/1/threads",
        "pulls/acme/shop/1/labels",
        "pulls/acme/shop/1/checks",
        "pulls/acme/shop/1/statuses",
        "pulls/acme/shop/1/retarget",
        "pulls/acme/shop/1/merge-base",
        "pulls/acme/shop/1/edit",
        "pulls/acme/shop/1/reviews",
        "pulls/acme/shop/1/reviews/edit",
        "pulls/acme/shop/1/lock",
        "pulls/acme/shop/1/unlock",
        "pulls/acme/shop/1/rerun",
        "pulls/acme/shop/1/queue",
        "pulls/acme/shop/1/dequeue",
        "deliveries",
        "faults",
        "files",
        "commits",
        "app",
        "permissions",
        "storm",
        "clock",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=paths, body=orders | values, raw=st.none() | st.binary(max_size=40))
async def test_no_garbage_breaks_it(town: Town, path: str, body: Any, raw: bytes | None) -> None:
    if not town.simulator.world.repositories:
        await town.open()
    client = town.clients[0]
    content = raw if raw is not None else json.dumps(body).encode()
    answer = await client.post(f"/_simulator/{path}", content=content)
    assert answer.status_code in (201, 404, 422), (answer.status_code, answer.text)
    town.simulator.clear_faults()
    town.simulator.calm()
    town.simulator.set_clock(SetClock(offset=0))
    assert (await client.get("/_simulator/state")).status_code == 200
    assert (await client.get("/repos/acme/shop/pulls/1/files")).status_code == 200
