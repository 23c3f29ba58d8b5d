"""The real application on a real socket with a real inbox, and a client that signs like GitHub."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from aiohttp import ClientSession
from githubkit.webhooks import sign

from bot.engine import Store
from bot.github.webhooks import WebhookEvents
from bot.review.ports import Inbox
from bot.web import PrometheusMetrics, create_app, serve
from bot.web.readiness import Check

SECRET = "It's a secret to everybody"
PREVIOUS = "what it was before the rotation"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Site:
    port: int
    session: ClientSession

    async def get(self, path: str, method: str = "GET") -> Answer:
        return await self.send(method, path)

    async def deliver(
        self,
        body: bytes = b'{"action": "opened"}',
        *,
        event: str = "pull_request",
        name: str = "d-1",
        secret: str = SECRET,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Sends one delivery; a header of None is left out."""
        usual = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": name,
            "X-Hub-Signature-256": sign(secret, body, method="sha256"),
        }
        chosen = {key: value for key, value in (usual | dict(headers or {})).items() if value is not None}
        return await self.send("POST", "/webhooks/github", body, chosen)

    async def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self.session.request(
            method, url, data=BytesIO(body) if body else body, headers=headers
        ) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return Answer(response.status, response.headers, json.loads(text) if is_json else text)


@asynccontextmanager
async def site(
    store: Store,
    *,
    inbox: Inbox | None = None,
    secrets: Sequence[str] = (SECRET, PREVIOUS),
    checks: Mapping[str, Check] | None = None,
    metrics: PrometheusMetrics | None = None,
) -> AsyncIterator[Site]:
    app = create_app(
        inbox=inbox or store.inbox,
        jobs=store.jobs,
        secrets=secrets,
        events=WebhookEvents(),
        checks=checks or {},
        metrics=metrics or PrometheusMetrics(),
        version="1.2.3",
    )
    async with ClientSession() as session, serve(app, "127.0.0.1", 0) as port:
        yield Site(port, session)
