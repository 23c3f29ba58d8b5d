"""The payment gateway."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import httpx

from billing.currencies import exponent

log = logging.getLogger(__name__)

ATTEMPTS = 4
FIRST_PAUSE = 0.5
MAX_PAUSE = 8.0
TRANSIENT = frozenset({502, 503, 504})

Sleep = Callable[[float], Awaitable[None]]


class GatewayError(Exception):
    """The gateway cannot be asked, or did not understand."""


class Declined(Exception):
    """The bank says no."""


@dataclass(frozen=True)
class Charge:
    id: str
    order: str
    status: str


class Gateway:
    def __init__(self, client: httpx.AsyncClient, secret: str, sleep: Sleep = asyncio.sleep) -> None:
        self._client = client
        self._secret = secret
        self._sleep = sleep

    async def charge(self, order: str, amount: Decimal, currency: str, source: str) -> Charge:
        """Takes an amount from a source. Raises `Declined` and `GatewayError`."""
        body = {
            "order": order,
            "amount": minor_units(amount, currency),
            "currency": currency,
            "source": source,
        }
        answer = await self._post("/v2/charges", body)
        if answer.status_code == 402:
            raise Declined(answer.json().get("reason", "unknown"))
        if answer.is_error:
            raise GatewayError(f"status {answer.status_code}")
        made = answer.json()
        return Charge(made["id"], order, made["status"])

    async def find(self, charge: str) -> Charge:
        answer = await self._client.get(
            f"/v2/charges/{charge}", headers={"Authorization": f"Bearer {self._secret}"}
        )
        if answer.is_error:
            raise GatewayError(f"status {answer.status_code}")
        body = answer.json()
        return Charge(body["id"], body["order"], body["status"])

    async def _post(self, path: str, body: dict[str, object]) -> httpx.Response:
        """The first answer that is not transient, or the last one. Raises `GatewayError` if there is none."""
        answer: httpx.Response | None = None
        headers = {
            "Authorization": f"Bearer {self._secret}",
            "Idempotency-Key": uuid4().hex,
        }
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self._client.post(path, json=body, headers=headers)
            except httpx.TransportError as error:
                answer = None
                log.warning("attempt %d of %d: %s", attempt, ATTEMPTS, type(error).__name__)
            else:
                if answer.status_code not in TRANSIENT:
                    return answer
                log.warning("attempt %d of %d: status %d", attempt, ATTEMPTS, answer.status_code)
            if attempt < ATTEMPTS:
                await self._sleep(_pause(attempt))
        if answer is None:
            raise GatewayError("no answer")
        return answer


def minor_units(amount: Decimal, currency: str) -> int:
    """The amount in the smallest unit of its currency. Raises `ValueError` if it is not whole."""
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} {currency} has too many digits")
    return int(scaled)


def _pause(attempt: int) -> float:
    # All of the pause is random: clients that failed together must not come back together.
    return random.uniform(0, min(MAX_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)))
