"""Deliveries, durable before they are acknowledged.

On SQLite they have a file of their own, so that a busy worker does not hold up the webhook; on
PostgreSQL a connection of their own.
"""

import asyncio
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.core.jobs import Delivery
from bot.engine.bell import Bell
from bot.engine.clock import Clock
from bot.engine.dialects import upsert
from bot.engine.tables import bodies, deliveries
from bot.engine.writer import Writer

MOST_BYTES = 4_000_000  # of bodies at once, as they are kept; a single one may be 25 MB when unpacked
LARGE = 200_000  # characters of a body that is packed beside the loop
FAST = 1  # zlib's level: a tenth of the size at a tenth of a millisecond


class Inbox:
    """Deliveries by their id, in the order in which they came."""

    def __init__(self, writer: Writer, clock: Clock, bell: Bell) -> None:
        self._writer = writer
        self._clock = clock
        self._bell = bell

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already there, and is unread again."""
        large = len(delivery.body) > LARGE
        packed = await asyncio.to_thread(pack, delivery.body) if large else pack(delivery.body)
        fresh = await self._writer.run(lambda connection: _receive(connection, delivery, packed))
        self._bell.ring()
        return fresh

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest deliveries that nobody has read; fewer than `limit` when they are large."""
        return await self._writer.run(lambda connection: _unread(connection, limit))

    async def unread_count(self) -> int:
        """How many deliveries nobody has read."""
        query = select(func.count()).select_from(deliveries).where(deliveries.c.read.is_(None))
        return await self._writer.run(lambda connection: connection.execute(query).scalar_one())

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that are here, read or not."""
        query = select(deliveries.c.id).where(deliveries.c.id.in_(ids))
        found = await self._writer.run(lambda connection: connection.execute(query).scalars().all())
        return frozenset(found)

    async def mark_read(self, ids: Sequence[str]) -> None:
        now = self._clock()
        await self._writer.run(lambda connection: _mark(connection, ids, now, None))

    async def mark_malformed(self, delivery: str, error: str) -> None:
        """Keeps a delivery that cannot be read, with the reason, out of the way of the others."""
        now = self._clock()
        await self._writer.run(lambda connection: _mark(connection, [delivery], now, error))

    async def wait(self, seconds: float) -> None:
        """Returns when something may have been received, or after `seconds`."""
        await self._bell.wait(seconds)


def pack(body: str) -> bytes:
    return zlib.compress(body.encode(), FAST)


def _receive(connection: Connection, delivery: Delivery, packed: bytes) -> bool:
    values = delivery.model_dump(exclude={"body"}) | {"size": len(packed)}
    stored = upsert(connection, deliveries).values(**values).on_conflict_do_nothing()
    row = connection.execute(stored.returning(deliveries.c.number)).one_or_none()
    if row is None:
        again = update(deliveries).where(deliveries.c.id == delivery.id).values(read=None, error=None)
        connection.execute(again)
        return False
    connection.execute(insert(bodies).values(delivery=row.number, body=packed))
    return True


def _unread(connection: Connection, limit: int) -> list[Delivery]:
    query = select(deliveries, bodies.c.body).join(bodies, bodies.c.delivery == deliveries.c.number)
    query = query.where(deliveries.c.read.is_(None)).order_by(deliveries.c.number).limit(limit)
    return list(_within(connection.execute(query)))


def _within(rows: Iterable[Row[tuple[object, ...]]]) -> Iterator[Delivery]:
    """Rows up to MOST_BYTES, and always the first."""
    size = 0
    for row in rows:
        size += row.size
        if size > MOST_BYTES and size > row.size:
            return
        body = zlib.decompress(row.body).decode()
        yield Delivery(id=row.id, event=row.event, body=body, received=row.received)


def _mark(connection: Connection, ids: Sequence[str], now: datetime, error: str | None) -> None:
    connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(read=now, error=error))
