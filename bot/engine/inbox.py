"""Deliveries, durable before they are acknowledged.

They have a file of their own, so that a busy worker does not hold up the webhook.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.core.jobs import Delivery
from bot.engine.bell import Bell
from bot.engine.clock import Clock
from bot.engine.tables import deliveries
from bot.engine.writer import Writer

MOST_CHARACTERS = 32_000_000  # of bodies at once; a single one may be 25 MB


class Inbox:
    """Deliveries by their id, in the order in which they came."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._bell = Bell()

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already there, and is unread again."""
        fresh = await self._writer.run(lambda connection: _receive(connection, delivery))
        self._bell.ring()
        return fresh

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest deliveries that nobody has read; fewer than `limit` when they are large."""
        return await self._writer.run(lambda connection: _unread(connection, limit))

    async def mark_read(self, ids: Sequence[str]) -> None:
        now = self._clock()
        await self._writer.run(lambda connection: _mark(connection, ids, now, None))

    async def mark_malformed(self, delivery: str, error: str) -> None:
        """Keeps a delivery that cannot be read, with the reason, out of the way of the others."""
        now = self._clock()
        await self._writer.run(lambda connection: _mark(connection, [delivery], now, error))

    async def wait(self, seconds: float) -> None:
        """Returns when this process has received something, or after `seconds`."""
        await self._bell.wait(seconds)


def _receive(connection: Connection, delivery: Delivery) -> bool:
    stored = connection.execute(insert(deliveries).values(**delivery.model_dump()).on_conflict_do_nothing())
    if stored.rowcount:
        return True
    again = update(deliveries).where(deliveries.c.id == delivery.id).values(read=None, error=None)
    connection.execute(again)
    return False


def _unread(connection: Connection, limit: int) -> list[Delivery]:
    query = select(deliveries).where(deliveries.c.read.is_(None)).order_by(deliveries.c.number)
    return list(_within(connection.execute(query.limit(limit))))


def _within(rows: Iterable[Row[tuple[object, ...]]]) -> Iterator[Delivery]:
    """Rows up to MOST_CHARACTERS, and always the first."""
    characters = 0
    for row in rows:
        characters += len(row.body)
        if characters > MOST_CHARACTERS and characters > len(row.body):
            return
        yield Delivery(id=row.id, event=row.event, body=row.body, received=row.received)


def _mark(connection: Connection, ids: Sequence[str], now: datetime, error: str | None) -> None:
    connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(read=now, error=error))
