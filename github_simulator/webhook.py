"""Sends signed webhook deliveries, and records their answers."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import aiohttp

from github_simulator.state import Delivery, Installation, Repository, World
from github_simulator.storm import CurrentStorm, Kind
from github_simulator.storm.rng import Strike

TIMEOUT = 10.0  # seconds; GitHub's limit
MAX_PAYLOAD = 25 * 1024 * 1024  # bytes; GitHub does not send larger ones
_MAX_ANSWER = 10_000  # bytes that are recorded
_OUTCOMES = {502: "failed to connect to host", 504: "timed out"}


class Webhook:
    """Sends to `url`, signed with `secret`; sends nothing without a URL. Must be closed.

    `current_storm` decides which deliveries are lost, late, or sent twice.
    """

    def __init__(
        self,
        world: World,
        current_storm: CurrentStorm,
        url: str | None,
        secret: str,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        self._world = world
        self._current_storm = current_storm
        self._secret = secret.encode()
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self.id = world.new_id()
        self.url = url

    def post(
        self,
        event: str,
        payload: Mapping[str, Any],
        repository: Repository | None = None,
        installation: Installation | None = None,
    ) -> Delivery | None:
        """Starts to send a payload; None without a URL, or if the payload is too large."""
        body = json.dumps(payload).encode()
        if self.url is None or len(body) > MAX_PAYLOAD:
            return None
        delivery = Delivery(
            id=self._world.new_id(),
            guid=str(uuid.uuid4()),
            event=event,
            action=payload.get("action"),
            installation=installation.id if installation else None,
            repository=repository.id if repository else None,
            body=body,
            sent=self._world.now(),
        )
        return self._begin(delivery)

    def redeliver(self, first: Delivery) -> Delivery:
        """Sends the same body again, with the same GUID."""
        return self._begin(
            Delivery(
                id=self._world.new_id(),
                guid=first.guid,
                event=first.event,
                action=first.action,
                installation=first.installation,
                repository=first.repository,
                body=first.body,
                sent=self._world.now(),
                redelivery=True,
            )
        )

    async def settle(self, delivery: Delivery | None = None) -> None:
        """Waits until `delivery`, or else every delivery so far, was answered or has failed."""
        tasks = [self._tasks.get(delivery.id)] if delivery else list(self._tasks.values())
        await asyncio.gather(*(task for task in tasks if task))

    async def close(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _begin(self, delivery: Delivery) -> Delivery:
        self._world.deliveries.append(delivery)
        delivery.headers = self._headers(delivery)
        strike = self._current_storm.strike_for_delivery(delivery.guid)
        task = self._tasks[delivery.id] = asyncio.create_task(self._send(delivery, strike))
        task.add_done_callback(lambda _: self._tasks.pop(delivery.id, None))
        return delivery

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        app = delivery.installation is not None
        target = self._world.app.id if app else delivery.repository
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5117a0d",
            "X-GitHub-Delivery": delivery.guid,
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Hook-ID": str(self.id),
            "X-GitHub-Hook-Installation-Target-ID": str(target),
            "X-GitHub-Hook-Installation-Target-Type": "integration" if app else "repository",
            "X-Hub-Signature": f"sha1={self._sign(delivery.body, 'sha1')}",
            "X-Hub-Signature-256": f"sha256={self._sign(delivery.body, 'sha256')}",
        }

    def _sign(self, body: bytes, algorithm: str) -> str:
        return hmac.new(self._secret, body, getattr(hashlib, algorithm)).hexdigest()

    async def _send(self, delivery: Delivery, strike: Strike | None) -> None:
        kind = strike.kind if strike else None
        if strike and kind is Kind.DELIVERY_LOST:
            _fail(delivery, strike.rng.choice((502, 504)))
            return
        if strike and kind is Kind.DELIVERY_LATE:
            await asyncio.sleep(strike.delay())
        started = time.monotonic()
        for _ in range(2 if kind is Kind.DELIVERY_TWICE else 1):
            await self._try(delivery)
        delivery.duration = round(time.monotonic() - started, 2)

    async def _try(self, delivery: Delivery) -> None:
        try:
            await self._attempt(delivery)
        except TimeoutError:
            _fail(delivery, 504)
        except (aiohttp.ClientError, OSError, ValueError):
            _fail(delivery, 502)

    async def _attempt(self, delivery: Delivery) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        post = self._session.post(
            str(self.url), data=delivery.body, headers=delivery.headers, allow_redirects=False
        )
        async with post as response:
            delivery.answer = (await response.content.read(_MAX_ANSWER)).decode("utf-8", "replace")
            delivery.answer_headers = dict(response.headers)
            delivery.status = response.status
            delivery.outcome = "OK" if response.ok else f"Invalid HTTP Response: {response.status}"


def _fail(delivery: Delivery, status: int) -> None:
    """Records the status that GitHub uses for a delivery without an answer."""
    delivery.status, delivery.outcome = status, _OUTCOMES[status]
