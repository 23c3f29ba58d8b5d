"""Prices: the list price, or what was negotiated."""

from decimal import Decimal

from shop.database import Database
from shop.tenancy import current_tenant


class NoPrice(LookupError):
    pass


async def price_of(database: Database, sku: str, currency: str, band: int) -> Decimal:
    """The price of one piece when at least `band` are ordered. Raises `NoPrice`."""
    agreed = await database.value(
        "SELECT price FROM agreements WHERE tenant = $1 AND sku = $2 AND currency = $3 AND band <= $4 "
        "ORDER BY band DESC LIMIT 1",
        current_tenant().id,
        sku,
        currency,
        band,
    )
    if agreed is not None:
        return agreed
    listed = await database.value(
        "SELECT price FROM prices WHERE sku = $1 AND currency = $2 AND band <= $3 ORDER BY band DESC LIMIT 1",
        sku,
        currency,
        band,
    )
    if listed is None:
        raise NoPrice(sku)
    return listed
