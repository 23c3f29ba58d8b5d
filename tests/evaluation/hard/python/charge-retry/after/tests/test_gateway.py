from decimal import Decimal

import httpx
import pytest

from billing.gateway import ATTEMPTS, Declined, Gateway, GatewayError, minor_units


def gateway(*answers: httpx.Response | Exception) -> tuple[Gateway, list[httpx.Request]]:
    left, seen = list(answers), []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    async def no_pause(seconds: float) -> None:
        assert 0 <= seconds <= 8

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="https://gateway.test")
    return Gateway(client, "secret", no_pause), seen


OK = httpx.Response(201, json={"id": "ch_1", "status": "captured"})


async def test_a_charge_is_repeated_until_there_is_an_answer() -> None:
    client, seen = gateway(httpx.ReadTimeout("late"), httpx.Response(502), OK)

    assert (await client.charge("o-1", Decimal("12.50"), "EUR", "card")).id == "ch_1"
    assert len(seen) == 3


async def test_a_refusal_is_not_repeated() -> None:
    client, seen = gateway(httpx.Response(402, json={"reason": "limit"}))

    with pytest.raises(Declined, match="limit"):
        await client.charge("o-1", Decimal("12.50"), "EUR", "card")
    assert len(seen) == 1


async def test_the_last_attempt_decides() -> None:
    client, seen = gateway(*(httpx.Response(503) for _ in range(ATTEMPTS)))

    with pytest.raises(GatewayError, match="503"):
        await client.charge("o-1", Decimal("12.50"), "EUR", "card")
    assert len(seen) == ATTEMPTS


@pytest.mark.parametrize(
    ("amount", "currency", "units"), [("12.50", "EUR", 1250), ("700", "JPY", 700), ("1.005", "KWD", 1005)]
)
def test_minor_units(amount: str, currency: str, units: int) -> None:
    assert minor_units(Decimal(amount), currency) == units


def test_no_rounding() -> None:
    with pytest.raises(ValueError, match="digits"):
        minor_units(Decimal("0.005"), "EUR")
