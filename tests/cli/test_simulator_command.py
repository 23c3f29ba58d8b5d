"""`review-bot simulator`, as any client would use it: a process, a webhook, a control API."""

import asyncio
import contextlib
import hashlib
import hmac
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.cli.conftest import Run
from tests.stories.diffs import FIX, LOOP

ROOT = Path(__file__).parents[2]
SECRET = "between the two of us"
PATIENCE = 60  # seconds


@dataclass
class Receiver:
    """A webhook; keeps the events of deliveries that were signed as they should be."""

    events: list[str] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, request.headers["X-Hub-Signature-256"]):
            return web.Response(status=401)
        self.events.append(request.headers["X-GitHub-Event"])
        return web.Response(status=202)


def interruptible() -> None:
    """A shell starts what runs in its background with SIGINT ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@asynccontextmanager
async def command(*words: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The simulator in a process of its own, and the address that it says it has."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "simulator", *words),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=interruptible,
    )
    try:
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        yield process, line.decode().strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def control(url: str) -> AsyncIterator[Callable[..., Any]]:
    """Calls the control API; each call is answered with status and body."""
    async with aiohttp.ClientSession() as session:

        async def call(method: str, path: str, body: object = None) -> tuple[int, Any]:
            async with session.request(method, f"{url}/_simulator/{path}", json=body) as response:
                return response.status, await response.json()

        yield call


async def test_a_client_of_any_kind_can_be_pointed_at_it() -> None:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    async with TestServer(app) as hook:
        webhook = str(hook.make_url("/hook"))
        async with (
            command("--port", "0", "--webhook", webhook, "--secret", SECRET) as (_, url),
            control(url) as call,
        ):
            order = {"repository": "o/r", "title": "T", "body": "", "author": "mira", "private": False}
            opened = await call("POST", "pulls", {**order, "commits": [{"message": "One", "diff": LOOP}]})
            pushed = await call("POST", "pulls/o/r/1/push", {"message": "Two", "diff": FIX})
            said = await call(
                "POST", "pulls/o/r/1/comments", {"user": "mira", "permission": "write", "body": "/review"}
            )
            struck = await call("POST", "faults", {"path": "/repos/*", "status": 502})
            status, state = await call("GET", "state")

    assert [201, 201, 201, 201, 200] == [opened[0], pushed[0], said[0], struck[0], status]
    assert ["pull_request", "pull_request", "issue_comment"] == receiver.events
    assert [202, 202, 202] == [delivery["status"] for delivery in state["deliveries"]]
    assert pushed[1]["head"] == state["pulls"][0]["head"] != opened[1]["head"]
    assert ["/review"] == [comment["body"] for comment in state["pulls"][0]["comments"]]


async def test_what_it_does_not_know_it_answers_as_github_would() -> None:
    async with command("--port", "0") as (_, url), aiohttp.ClientSession() as session:
        for path, status in {"/repos/o/nowhere/pulls/1": 404, "/zen": 404, "/app": 401}.items():
            async with session.get(url + path) as response:
                assert status == response.status
                assert "message" in await response.json()
        async with session.post(f"{url}/_simulator/pulls", json={"title": 1}) as response:
            assert 422 == response.status


async def test_it_can_begin_in_a_storm_which_ends_when_asked() -> None:
    async with (
        command("--port", "0", "--storm", "5", "--storm-rate", "1") as (_, url),
        control(url) as call,
        aiohttp.ClientSession() as session,
    ):
        for _ in range(3):
            with contextlib.suppress(aiohttp.ClientError):
                await (await session.get(f"{url}/zen")).read()
        _, state = await call("GET", "state")
        assert 2 == sum(state["storm"].values())  # the third in a row is spared
        assert (200, {}) == await call("DELETE", "storm")
        async with session.get(f"{url}/zen") as response:
            assert 404 == response.status


async def test_it_ends_when_it_is_interrupted() -> None:
    async with command("--port", "0") as (process, _):
        process.send_signal(signal.SIGINT)

        assert 130 == await asyncio.wait_for(process.wait(), PATIENCE)


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_port_that_is_none_is_a_wrong_use(run: Run, port: str) -> None:
    ran = run("simulator", "--port", port)

    assert 2 == ran.status
    assert "--port" in ran.err


async def test_a_port_that_is_taken_is_named(run: Run) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        ran = await asyncio.to_thread(run, "simulator", "--port", str(port))

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert f"--port {port}: cannot listen on this port: Address already in use" in ran.err
