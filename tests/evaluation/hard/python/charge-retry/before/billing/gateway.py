"""The payment gateway."""

from dataclasses import dataclass
from decimal import Decimal

import httpx


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
    def __init__(self, client: httpx.AsyncClient, secret: str) -> None:
        self._client = client
        self._secret = secret

    async def charge(self, order: str, amount: Decimal, currency: str, source: str) -> Charge:
        """Takes an amount from a source. Raises `Declined` and `GatewayError`."""
        answer = await self._client.post(
            "/v2/charges",
            json={"order": order, "amount": int(float(amount) * 100), "currency": currency, "source": source},
            headers={"Authorization": f"Bearer {self._secret}"},
        )
        if answer.status_code == 402:
            raise Declined(answer.json().get("reason", "unknown"))
        if answer.is_error:
            raise GatewayError(f"status {answer.status_code}")
        body = answer.json()
        return Charge(body["id"], order, body["status"])

    async def find(self, charge: str) -> Charge:
        answer = await self._client.get(
            f"/v2/charges/{charge}", headers={"Authorization": f"Bearer {self._secret}"}
        )
        if answer.is_error:
            raise GatewayError(f"status {answer.status_code}")
        body = answer.json()
        return Charge(body["id"], body["order"], body["status"])
