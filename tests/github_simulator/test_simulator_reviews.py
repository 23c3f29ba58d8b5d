"""Comments and reviews, and their valid locations on the diff."""

from typing import Any

import httpx
import pytest

from github_simulator import Push
from tests.github_simulator.conftest import NEXT, Town

PULL = "/repos/acme/shop/pulls/1"
COMMENTS = "/repos/acme/shop/issues/1/comments"
THREAD = "Pull request review thread"
BLANK = f"{THREAD} diff hunk can't be blank"
OFF = f"{THREAD} line must be part of the diff"
HUNK = f"{THREAD} start line must be part of the same hunk as the line."


def on(line: int, start: int | None = None, side: str = "RIGHT", path: str = "shop/api.py") -> dict[str, Any]:
    comment = {"path": path, "body": "b", "side": side, "line": line}
    return comment | ({} if start is None else {"start_line": start})


async def review(client: httpx.AsyncClient, *comments: dict[str, Any], **more: Any) -> httpx.Response:
    return await client.post(f"{PULL}/reviews", json={"event": "COMMENT", "comments": comments, **more})


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (on(30), f"{OFF} and {BLANK}"),
        (on(9), f"{OFF} and {BLANK}"),
        (on(44, side="LEFT"), f"{OFF} and {BLANK}"),
        (on(30, 29), f"{OFF}, {HUNK}, and {BLANK}"),
        (on(1, path="nope.py"), f"{THREAD} path is invalid and {BLANK}"),
        (on(1, path="logo.png"), f"{OFF} and {BLANK}"),
        (on(11, 11), f"{THREAD} start line must precede the end line."),
        (on(11, 13), f"{THREAD} start line must precede the end line."),
        (on(42, 11), HUNK),
    ],
)
async def test_one_comment_off_the_diff_rejects_the_whole_review(
    town: Town, bad: dict[str, Any], reason: str
) -> None:
    await town.open()
    client = await town.as_installation()
    refused = await review(client, on(11), bad, body="Fine")
    assert (refused.status_code, refused.json()["message"]) == (422, "Unprocessable Entity")
    assert refused.json()["errors"] == [reason]
    [pull] = town.simulator.state()["pulls"]
    assert (pull["reviews"], pull["inline"]) == ([], [])


async def test_a_review_on_the_diff_is_kept_with_all_its_comments(town: Town) -> None:
    opened = await town.open()
    client = await town.as_installation()
    made = await review(client, on(11), on(12, 10), on(11, side="LEFT"), on(2, path="docs/new.md"))
    assert made.status_code == 200
    [pull] = town.simulator.state()["pulls"]
    bot = "code-review-bot[bot]"
    [kept] = pull["reviews"]
    assert kept == {
        "id": made.json()["id"],
        "user": bot,
        "state": "COMMENTED",
        "body": "",
        "head": opened["head"],
    }
    assert [(one["path"], one["line"], one["side"]) for one in pull["inline"]] == [
        ("shop/api.py", 11, "RIGHT"),
        ("shop/api.py", 12, "RIGHT"),
        ("shop/api.py", 11, "LEFT"),
        ("docs/new.md", 2, "RIGHT"),
    ]
    first = (await client.get(f"{PULL}/comments")).json()[0]
    assert first["diff_hunk"].split("\n")[0] == "@@ -10,4 +10,5 @@ def pay():"
    assert first["diff_hunk"].split("\n")[-1] == "+    charge(total, retry=True)"
    assert first["position"] == 3


async def test_a_comment_follows_its_line_and_is_outdated_when_the_line_goes(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    await review(client, on(12), on(42))
    await town.simulator.push("acme/shop", 1, Push(message="Log less", diff=NEXT))
    gone, moved = (await client.get(f"{PULL}/comments")).json()
    assert (gone["line"], gone["position"], gone["original_line"]) == (None, None, 12)
    assert (moved["line"], moved["original_line"]) == (41, 42)
    [pull] = town.simulator.state()["pulls"]
    assert [one["line"] for one in pull["inline"]] == [12, 42]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"event": "REQUEST_CHANGES"}, "You need to leave a comment indicating the requested changes."),
        ({"event": "COMMENT"}, "Body can't be blank"),
    ],
)
async def test_a_review_must_say_something(town: Town, body: dict[str, str], reason: str) -> None:
    await town.open()
    refused = await (await town.as_installation()).post(f"{PULL}/reviews", json=body)
    assert (refused.status_code, refused.json()["errors"]) == (422, [reason])


async def test_nobody_approves_their_own_pull(town: Town) -> None:
    await town.open(author="token-user")
    refused = await (await town.as_user()).post(f"{PULL}/reviews", json={"event": "APPROVE"})
    assert refused.json()["errors"] == ["Can not approve your own pull request"]
    approved = await (await town.as_installation()).post(f"{PULL}/reviews", json={"event": "APPROVE"})
    assert approved.json()["state"] == "APPROVED"


async def test_the_route_for_one_comment_names_the_field(town: Town) -> None:
    opened = await town.open()
    client = await town.as_installation()
    refused = await client.post(f"{PULL}/comments", json={**on(30), "commit_id": opened["head"]})
    field = "pull_request_review_thread.line"
    assert refused.json()["errors"] == [
        {
            "resource": "PullRequestReviewComment",
            "code": "custom",
            "field": field,
            "message": f"{field} must be part of the diff",
        }
    ]
    other = await client.post(f"{PULL}/comments", json={**on(11), "commit_id": "0" * 40})
    assert other.json()["errors"][0]["message"] == "commit_id is not part of the pull request"


@pytest.mark.parametrize("text", ["x" * 65_537, "€" * 65_537])
async def test_a_comment_that_is_too_long_is_refused(town: Town, text: str) -> None:
    await town.open()
    client = await town.as_installation()
    message = "Body is too long (maximum is 65536 characters)"
    refused = await client.post(COMMENTS, json={"body": text})
    assert (refused.status_code, refused.json()["message"]) == (422, "Validation Failed")
    assert refused.json()["errors"] == [
        {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": message}
    ]
    assert (await review(client, body=text)).json()["errors"] == [message]
    assert (await review(client, {**on(11), "body": text})).json()["errors"] == [message]
    assert (await client.post(COMMENTS, json={"body": "x" * 65_536})).status_code == 201


@pytest.mark.parametrize(
    ("raw", "status", "message"),
    [
        (b"{", 400, "Problems parsing JSON"),
        (b"[1]", 400, "Body should be a JSON object"),
        (b"{}", 422, 'Invalid request.\n\n"body" wasn\'t supplied.'),
        (b'{"body": 5}', 422, "Invalid request.\n\nFor 'properties/body', 5 is not a string."),
        (b'{"body": " "}', 422, "Validation Failed"),
        (b"[" * 100_000, 400, "Problems parsing JSON"),
    ],
)
async def test_bodies_that_cannot_be_used_are_refused(
    town: Town, raw: bytes, status: int, message: str
) -> None:
    await town.open()
    refused = await (await town.as_installation()).post(COMMENTS, content=raw)
    assert (refused.status_code, refused.json()["message"]) == (status, message)


async def test_a_check_is_completed_with_a_conclusion_and_takes_fifty_annotations(town: Town) -> None:
    opened = await town.open()
    client = await town.as_installation()
    where = "/repos/acme/shop/check-runs"
    run = {"name": "review", "head_sha": opened["head"], "status": "in_progress"}
    made = (await client.post(where, json=run)).json()
    assert (made["status"], made["conclusion"]) == ("in_progress", None)
    assert (await client.patch(made["url"], json={"status": "completed"})).status_code == 422
    output = {"title": "t", "summary": "s", "annotations": [{"path": "f"}] * 51}
    refused = await client.patch(made["url"], json={"conclusion": "neutral", "output": output})
    assert "No more than 50 items are allowed; 51 were supplied." in refused.json()["message"]
    assert (await client.post(where, json={**run, "head_sha": "0" * 40})).status_code == 422
    done = await client.patch(made["url"], json={"conclusion": "neutral"})
    assert done.json()["status"] == "completed"
    [check] = town.simulator.state()["pulls"][0]["checks"]
    assert check == {
        "name": "review",
        "head": opened["head"],
        "status": "completed",
        "conclusion": "neutral",
        "title": None,
        "summary": None,
        "text": None,
        "annotations": [],
    }
