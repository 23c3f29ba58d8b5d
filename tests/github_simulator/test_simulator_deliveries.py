"""Deliveries are signed, recorded and redelivered; the bot also gets events of its own actions."""

import asyncio
import hashlib
import hmac
import json
import uuid
from asyncio.subprocess import PIPE

import httpx
from githubkit.webhooks import verify

from github_simulator import NewCommit, OpenPull, Push, Simulator, served
from tests.github_simulator.conftest import DIFF, NEXT, SECRET, Town
from tests.npm.paths import material, node

ORDER = OpenPull(repository="acme/shop", title="Retry", commits=[NewCommit(message="m", diff=DIFF)])


async def test_a_delivery_is_signed_so_that_others_believe_it(town: Town) -> None:
    opened = await town.open(title="Ünïcode 🎉")
    [(headers, body)] = town.inbox.received
    signature = headers["X-Hub-Signature-256"]
    assert verify(SECRET, body, signature)
    assert not verify("another secret", body, signature)
    assert headers["X-Hub-Signature"] == "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    assert uuid.UUID(headers["X-GitHub-Delivery"]) == uuid.UUID(opened["delivery"])
    assert headers["X-GitHub-Event"] == "pull_request"
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["Content-Type"] == "application/json"


async def test_githubs_own_library_believes_it(town: Town) -> None:
    await town.open()
    [(headers, body)] = town.inbox.received
    module = material("webhooks-methods", "dist-node", "index.js").as_uri()
    script = (
        f"import {{verify}} from {json.dumps(module)};"
        "let body = ''; for await (const part of process.stdin) body += part;"
        "console.log(await verify(process.argv[1], body, process.argv[2]))"
    )
    command = [*node(), "--input-type=module", "-e", script, SECRET, headers["X-Hub-Signature-256"]]
    child = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    told, _ = await child.communicate(body)
    assert told.strip() == b"true"


async def test_a_push_names_both_commits_and_the_installation(town: Town) -> None:
    opened = await town.open()
    order = {"message": "Log less", "diff": NEXT}
    answer = await (await town.client()).post("/_simulator/pulls/acme/shop/1/push", json=order)
    payload = json.loads(town.inbox.received[-1][1])
    assert (payload["before"], payload["after"]) == (opened["head"], answer.json()["head"])
    assert payload["pull_request"]["head"]["sha"] == answer.json()["head"]
    assert payload["pull_request"]["base"]["ref"] == "main"
    assert payload["installation"]["id"] in town.simulator.world.installations
    assert payload["sender"]["login"] == "octocat"


async def test_what_the_bot_says_comes_back_as_said_by_a_bot(town: Town) -> None:
    await town.open()
    for client, login, kind in (
        (await town.as_installation(), "code-review-bot[bot]", "Bot"),
        (await town.as_user(), "token-user", "User"),
    ):
        await client.post("/repos/acme/shop/issues/1/comments", json={"body": "Hello"})
        await town.simulator.settle()
        payload = json.loads(town.inbox.received[-1][1])
        assert (payload["action"], payload["sender"]["login"], payload["sender"]["type"]) == (
            "created",
            login,
            kind,
        )
        assert payload["issue"]["pull_request"]["url"].endswith("/repos/acme/shop/pulls/1")


async def test_a_failed_delivery_can_be_sent_again_under_the_same_guid(town: Town) -> None:
    town.inbox.status = 500
    opened = await town.open()
    assert town.simulator.state()["deliveries"] == [
        {"id": opened["delivery"], "event": "pull_request", "action": "opened", "status": 500}
    ]
    app = await town.as_app()
    [failed] = (await app.get("/app/hook/deliveries")).json()
    assert (failed["status_code"], failed["status"]) == (500, "Invalid HTTP Response: 500")
    town.inbox.status = 202
    assert (await app.post(f"/app/hook/deliveries/{failed['id']}/attempts")).status_code == 202
    await town.simulator.settle()
    again, first = (await app.get("/app/hook/deliveries")).json()
    assert (again["guid"], again["redelivery"], again["status"]) == (first["guid"], True, "OK")
    (one, body), (other, same) = town.inbox.received
    assert (one["X-GitHub-Delivery"], body) == (other["X-GitHub-Delivery"], same)
    told = await (await town.client()).post(f"/_simulator/deliveries/{first['guid']}/redeliver")
    assert told.json() == {"delivery": first["guid"], "status": 202}


async def test_where_nobody_listens_the_delivery_fails_and_the_pull_is_open() -> None:
    simulator = Simulator(webhook="http://127.0.0.1:9/hook", secret="s")
    async with served(simulator) as url, httpx.AsyncClient(timeout=60) as client:
        await simulator.open_pull(ORDER)
        [delivery] = (await client.get(f"{url}/_simulator/state")).json()["deliveries"]
        assert delivery["status"] == 502


async def test_without_a_webhook_nothing_is_sent() -> None:
    simulator = Simulator()
    async with served(simulator):
        done = await simulator.open_pull(ORDER)
        assert (done.delivery, simulator.state()["deliveries"]) == (None, [])


async def test_a_webhook_of_a_repository_names_no_installation(town: Town) -> None:
    simulator = Simulator(webhook=town.inbox.url, secret=SECRET, as_app=False)
    async with served(simulator):
        await simulator.open_pull(ORDER)
    [(headers, body)] = town.inbox.received
    assert "installation" not in json.loads(body)
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "repository"


async def test_deliveries_are_listed_newest_first_and_page_by_cursor(town: Town) -> None:
    await town.open()
    for turn in ("draft", "ready", "draft", "ready"):
        await town.simulator.set_draft("acme/shop", 1, draft=turn == "draft")
    app = await town.as_app()
    seen, address = [], "/app/hook/deliveries?per_page=2"
    while address:
        page = await app.get(address)
        seen.append([delivery["action"] for delivery in page.json()])
        address = page.links.get("next", {}).get("url", "")
    draft, ready = "converted_to_draft", "ready_for_review"
    assert seen == [[ready, draft], [ready, draft], ["opened"]]


async def test_a_closed_pull_takes_no_push_until_it_is_reopened(town: Town) -> None:
    await town.open()
    client = await town.client()
    where = "/_simulator/pulls/acme/shop/1"
    push = Push(message="Log less", diff=NEXT).model_dump(mode="json")
    assert (await client.post(f"{where}/close")).status_code == 200
    refused = await client.post(f"{where}/push", json=push)
    assert refused.json() == {"message": "acme/shop#1 is closed; reopen it to push to it"}
    assert (await client.post(f"{where}/close")).json() == {"message": "acme/shop#1 is closed already"}
    assert (await client.post(f"{where}/reopen")).status_code == 200
    assert (await client.post(f"{where}/push", json=push)).status_code == 201
