"""Quotes: what a number of pieces costs."""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from shop.cache import TimedCache
from shop.database import Database
from shop.pricing import NoPrice, price_of
from shop.tenancy import current_tenant

BANDS = (1, 10, 50, 100, 500, 1000)
CENT = Decimal("0.01")
KEEP_SECONDS = 60
KEEP_PRICES = 10_000


@dataclass(frozen=True)
class Quote:
    sku: str
    quantity: int
    currency: str
    total: Decimal


class Quotes:
    """One for the whole process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prices: TimedCache[Decimal | None] = TimedCache(KEEP_SECONDS, KEEP_PRICES)

    async def quote(self, sku: str, quantity: int, currency: str) -> Quote | None:
        """The quote, or None for articles that are not for sale in this currency."""
        if quantity < 1:
            raise ValueError("at least one piece")
        band = BANDS[bisect_right(BANDS, quantity) - 1]
        key = (current_tenant().id, sku, currency, band)
        price = await self._prices.get(key, lambda: self._price(sku, currency, band))
        if price is None:
            return None
        total = (price * quantity).quantize(CENT, ROUND_HALF_EVEN)
        return Quote(sku, quantity, currency, total)

    async def _price(self, sku: str, currency: str, band: int) -> Decimal | None:
        try:
            return await price_of(self._database, sku, currency, band)
        except NoPrice:
            return None
