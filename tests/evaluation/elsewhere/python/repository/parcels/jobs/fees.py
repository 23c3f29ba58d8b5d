"""Adds up what the carriers charge."""

from collections.abc import Sequence
from typing import Any

from parcels.carriers import Carrier
from parcels.core import Amount, parse_amount


def fees(carrier: Carrier, parcels: Sequence[dict[str, Any]]) -> list[Amount]:
    """The fees of parcels that the carrier charges for."""
    found = []
    for row in carrier.report(parcels):
        amount = parse_amount(row["fee"])
        if amount:
            found.append(amount)
    return found


def weight_class(grams: int) -> str:
    return "light" if grams < 2000 else "heavy"
