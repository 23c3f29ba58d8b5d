"""Fixtures: a simulator on loopback, checked against GitHub's description, and a webhook receiver."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from github_simulator import Simulator, served
from tests.openapi import Contract

SECRET = "It's a Secret to Everybody"
DIFF = (
    "diff --git a/shop/api.py b/shop/api.py\nindex 1..2 100644\n--- a/shop/api.py\n+++ b/shop/api.py\n"
    "@@ -10,4 +10,5 @@ def pay():\n     total = 0\n-    charge(total)\n+    charge(total, retry=True)\n"
    "+    log(total)\n     return total\n \n"
    "@@ -40,3 +41,3 @@ def refund():\n     n = 1\n-    send(n)\n+    give(n)\n     return n\n"
    "diff --git a/docs/new.md b/docs/new.md\nnew file mode 100644\n--- /dev/null\n+++ b/docs/new.md\n"
    "@@ -0,0 +1,2 @@\n+# New\n+text\n"
    "diff --git a/logo.png b/logo.png\nindex 1..2 100644\nBinary files a/logo.png and b/logo.png differ\n"
)
NEXT = (
    "diff --git a/shop/api.py b/shop/api.py\nindex 2..3 100644\n--- a/shop/api.py\n+++ b/shop/api.py\n"
    "@@ -10,5 +10,4 @@ def pay():\n     total = 0\n     charge(total, retry=True)\n-    log(total)\n"
    "     return total\n \n"
)


@dataclass
class Inbox:
    """Receives deliveries, and answers with `status`."""

    url: str = ""
    status: int = 202
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, text="thanks")


@dataclass
class Town:
    """A running simulator, with clients."""

    simulator: Simulator
    url: str
    inbox: Inbox
    key: rsa.RSAPrivateKey
    stack: AsyncExitStack
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    async def client(self, authorization: str | None = None, prefix: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": authorization} if authorization else {}
        client = httpx.AsyncClient(base_url=self.url + prefix, headers=headers, verify=False, timeout=60)
        self.clients.append(await self.stack.enter_async_context(client))
        return client

    async def as_user(self) -> httpx.AsyncClient:
        return await self.client("Bearer ghp_of_a_person")

    async def as_app(self, **claims: Any) -> httpx.AsyncClient:
        return await self.client(f"Bearer {self.sign(**claims)}")

    async def as_installation(self, **permissions: str) -> httpx.AsyncClient:
        [installation] = self.simulator.world.installations.values()
        token = self.simulator.world.mint(installation, permissions or None)
        return await self.client(f"token {token.text}")

    def sign(self, algorithm: str = "RS256", **claims: Any) -> str:
        now = int(time.time())
        claims = {"iat": now - 60, "exp": now + 500, "iss": "1", **claims}
        return jwt.encode({k: v for k, v in claims.items() if v is not None}, self.key, algorithm=algorithm)

    async def open(self, **order: Any) -> dict[str, Any]:
        """Opens a pull through the control API."""
        commits = [{"message": "Retry payments\n\nThey fail now and then.", "diff": DIFF}]
        order = {"repository": "acme/shop", "title": "Retry", "commits": commits, **order}
        answer = await (await self.client()).post("/_simulator/pulls", json=order)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def contract() -> Iterator[Contract]:
    """Fails the test if a call violates GitHub's description."""
    contract = Contract()
    yield contract
    assert not contract.violations, "\n".join(contract.violations)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    app = web.Application()
    app.router.add_post("/hook", inbox.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield inbox
    await runner.cleanup()


@pytest.fixture
async def town(contract: Contract, inbox: Inbox, key: rsa.RSAPrivateKey) -> AsyncIterator[Town]:
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    simulator = Simulator(webhook=inbox.url, secret=SECRET, app=1, key=public.decode())
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(simulator, middlewares=[contract.check]))
        yield Town(simulator, url, inbox, key, stack)
