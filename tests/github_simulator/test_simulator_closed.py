"""Refused comments: locked, archived, blocked, pending review, revoked permission."""

from typing import Any

import pytest

from tests.github_simulator.conftest import Town

PULL = "/repos/acme/shop/pulls/1"
ISSUE = "/repos/acme/shop/issues/1"
LINE = {"path": "shop/api.py", "line": 11, "side": "RIGHT"}


async def order(town: Town, path: str, **body: Any) -> Any:
    answer = await (await town.client()).post(f"/_simulator/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def tried(town: Town) -> dict[str, tuple[int, str]]:
    """The status of the App's writes, and GitHub's first reason."""
    client = await town.as_installation()
    head = (await client.get(PULL)).json()["head"]["sha"]
    calls = {
        "comment": (f"{ISSUE}/comments", {"body": "Hello"}),
        "review": (f"{PULL}/reviews", {"event": "COMMENT", "body": "Hello"}),
        "line": (f"{PULL}/comments", {"commit_id": head, "body": "Why?", **LINE}),
        "check": ("/repos/acme/shop/check-runs", {"name": "Review", "head_sha": head}),
        "label": (f"{ISSUE}/labels", {"labels": ["x"]}),
    }
    return {name: _words(await client.post(path, json=body)) for name, (path, body) in calls.items()}


def _words(answer: Any) -> tuple[int, str]:
    told = answer.json()
    if answer.status_code < 400:
        return answer.status_code, ""
    errors = [one if isinstance(one, str) else one.get("message", "") for one in told.get("errors", [])]
    return answer.status_code, next(filter(None, errors), told["message"])


async def test_a_locked_conversation_takes_no_comments_of_the_app(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    said = (await client.post(f"{ISSUE}/comments", json={"body": "Hello"})).json()
    await order(town, "pulls/acme/shop/1/lock", user="mira")
    refused = (403, "Unable to create comment because issue is locked.")

    told = await tried(town)
    assert (told["comment"], told["review"][1], told["line"][1]) == (
        refused,
        "lock prevents review",
        "lock prevents review",
    )
    assert (told["check"][0], told["label"][0]) == (201, 200)
    assert _words(await client.patch(said["url"], json={"body": "Hi"})) == refused
    assert (await client.get(PULL)).json()["locked"]
    reaction = await client.post(f"{said['url']}/reactions", json={"content": "eyes"})
    assert reaction.status_code == 201

    await order(town, "pulls/acme/shop/1/unlock", user="mira")
    assert (await tried(town))["comment"][0] == 201


async def test_an_archived_repository_takes_nothing(town: Town) -> None:
    await town.open()
    await order(town, "archive", repository="acme/shop")

    assert set((await tried(town)).values()) == {(403, "Repository was archived so is read-only.")}
    known = (await (await town.as_installation()).get(PULL)).json()
    assert known["base"]["repo"]["archived"]

    await order(town, "archive", repository="acme/shop", archived=False)
    assert (await tried(town))["check"][0] == 201


@pytest.mark.parametrize("blocker", ["mira", "acme"])
async def test_who_is_blocked_has_no_say(town: Town, blocker: str) -> None:
    await town.open(author="mira")
    await order(town, "blocks", user=blocker, blocked="code-review-bot[bot]")
    told = await tried(town)

    assert told["comment"] == told["review"] == told["line"] == (422, "User is blocked")
    assert told["check"][0] == 201

    await order(town, "blocks", user=blocker, blocked="code-review-bot[bot]", lifted=True)
    assert (await tried(town))["comment"][0] == 201


async def test_beside_a_review_that_is_begun_there_is_no_other(town: Town) -> None:
    await town.open()
    begun = await order(town, "pulls/acme/shop/1/pending-review", user="code-review-bot[bot]")
    told = await tried(town)

    assert told["review"] == (422, "User can only have one pending review per pull request")
    assert told["line"] == (422, "user_id can only have one pending review per pull request")

    client, person = await town.as_installation(), await town.as_user()
    assert [review["state"] for review in (await client.get(f"{PULL}/reviews")).json()] == ["PENDING"]
    assert (await person.get(f"{PULL}/reviews")).json() == []
    assert (await person.delete(f"{PULL}/reviews/{begun['id']}")).status_code == 422
    assert (await client.delete(f"{PULL}/reviews/{begun['id']}")).status_code == 200
    assert (await tried(town))["review"][0] == 200


async def test_a_permission_can_be_taken_from_tokens_that_are_in_use(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    head = (await client.get(PULL)).json()["head"]["sha"]
    check = {"name": "Review", "head_sha": head}
    assert (await client.post("/repos/acme/shop/check-runs", json=check)).status_code == 201
    await order(town, "app", permissions={"checks": "none"}, at_once=True)

    refused = await client.post("/repos/acme/shop/check-runs", json=check)
    assert _words(refused) == (403, "Resource not accessible by integration")
