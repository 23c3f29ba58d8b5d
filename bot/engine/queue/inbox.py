"""Deliveries, durable before they are acknowledged.

On SQLite they have a file of their own, so that a busy worker does not hold up the webhook; on
PostgreSQL a connection of their own.
"""

import asyncio
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from bot.core.jobs import Delivery, SetAsideDelivery
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import SET_ASIDE, bodies, deliveries
from bot.engine.db.wakeup import Wakeup

log = structlog.get_logger()

MOST_BYTES = 4_000_000  # of bodies at once, as they are kept; a single one may be 25 MB when unpacked
LARGE = 200_000  # bytes of a body that is packed beside the loop
FAST = 1  # zlib's level: a tenth of the size at a tenth of a millisecond

_UNREAD = deliveries.c.read.is_(None)
_AGAIN: dict[str, Any] = {"read": None, "error": None, "failures": 0, "due": None}


class Inbox:
    """Deliveries by their id, in the order in which they came."""

    def __init__(self, writer: Writer, clock: Clock, wakeup: Wakeup) -> None:
        self._writer = writer
        self._clock = clock
        self._wakeup = wakeup

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already there, and is unread again."""
        large = len(delivery.body) > LARGE
        packed = await asyncio.to_thread(pack, delivery.body) if large else pack(delivery.body)
        fresh = await self._writer.run(lambda connection: _receive(connection, delivery, packed))
        self._wakeup.notify_all()
        return fresh

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest deliveries that nobody has read and that are due; fewer than `limit` when they are
        large.
        """
        now = self._clock()
        return await self._writer.run(lambda connection: _unread(connection, limit, now))

    async def unread_count(self) -> int:
        """How many deliveries nobody has read."""
        return await self._count(_UNREAD)

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that are here, read or not."""
        query = select(deliveries.c.id).where(deliveries.c.id.in_(ids))
        found = await self._writer.run(lambda connection: connection.execute(query).scalars().all())
        return frozenset(found)

    async def mark_read(self, ids: Sequence[str]) -> None:
        done = update(deliveries).where(deliveries.c.id.in_(ids)).values(read=self._clock(), error=None)
        await self._writer.run(lambda connection: connection.execute(done))

    async def put_off(self, delivery: str, wait: timedelta, reason: str) -> None:
        """The delivery stays unread, and is read again after `wait`. The others do not wait for it."""
        changes = {"due": self._clock() + wait, "error": reason, "failures": deliveries.c.failures + 1}
        later = update(deliveries).where(deliveries.c.id == delivery, _UNREAD).values(**changes)
        await self._writer.run(lambda connection: connection.execute(later))

    async def set_aside(self, delivery: str, reason: str) -> None:
        """Keeps a delivery that makes no job, with the reason, out of the way of the others."""
        aside = update(deliveries).where(deliveries.c.id == delivery)
        changed = aside.values(read=self._clock(), error=reason)
        await self._writer.run(lambda connection: connection.execute(changed))

    async def set_aside_count(self) -> int:
        """How many deliveries are set aside."""
        return await self._count(SET_ASIDE)

    async def list_set_aside(self, limit: int = 100) -> Sequence[SetAsideDelivery]:
        """The newest first."""
        return await self._writer.run(lambda connection: _set_aside(connection, limit))

    async def get_set_aside(self, delivery: str) -> SetAsideDelivery | None:
        """The delivery of that id, if it is set aside."""
        only = deliveries.c.id == delivery
        found = await self._writer.run(lambda connection: _set_aside(connection, 1, only))
        return found[0] if found else None

    async def reread(self, delivery: str) -> bool:
        """Has a delivery read again that was set aside; False when it is not."""
        again = update(deliveries).where(deliveries.c.id == delivery, SET_ASIDE).values(**_AGAIN)
        changed = await self._writer.run(lambda connection: connection.execute(again).rowcount)
        self._wakeup.notify_all()
        return bool(changed)

    async def wait(self, seconds: float) -> None:
        """Returns when something may have been received, or after `seconds`."""
        await self._wakeup.wait(seconds)

    async def _count(self, where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(deliveries).where(where)
        return await self._writer.run(lambda connection: connection.execute(query).scalar_one())


def pack(body: bytes) -> bytes:
    return zlib.compress(body, FAST)


def _receive(connection: Connection, delivery: Delivery, packed: bytes) -> bool:
    values = delivery.model_dump(exclude={"body"}) | {"size": len(packed)}
    stored = upsert(connection, deliveries).values(**values).on_conflict_do_nothing()
    row = connection.execute(stored.returning(deliveries.c.number)).one_or_none()
    if row is None:
        again = update(deliveries).where(deliveries.c.id == delivery.id).values(**_AGAIN)
        connection.execute(again)
        return False
    connection.execute(insert(bodies).values(delivery=row.number, body=packed))
    return True


def _unread(connection: Connection, limit: int, now: datetime) -> list[Delivery]:
    """The bodies are asked for once it is known which of them are not too much together."""
    due = or_(deliveries.c.due.is_(None), deliveries.c.due <= now)
    query = select(deliveries).where(_UNREAD, due).order_by(deliveries.c.number).limit(limit)
    rows = list(_within(connection.execute(query).all()))
    numbers = [row.number for row in rows]
    wanted = select(bodies.c.delivery, bodies.c.body).where(bodies.c.delivery.in_(numbers))
    packed = {row.delivery: row.body for row in connection.execute(wanted)}
    return [
        Delivery(
            id=row.id,
            event=row.event,
            body=_unpacked(row.id, packed.get(row.number)),
            received=row.received,
            failures=row.failures,
        )
        for row in rows
    ]


def _within(rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    """Rows up to MOST_BYTES of bodies, and always the first."""
    size = 0
    for row in rows:
        size += row.size
        if size > MOST_BYTES and size > row.size:
            return
        yield row


def _unpacked(delivery: str, packed: bytes | None) -> bytes:
    """Nothing, of a body that is damaged: its reader sets the delivery aside, and the others are read."""
    try:
        return zlib.decompress(packed or b"")
    except zlib.error as error:
        log.error("delivery_body_corrupted", delivery=delivery, reason=str(error))  # noqa: TRY400 - no bug
        return b""


def _set_aside(connection: Connection, limit: int, *where: ColumnElement[bool]) -> list[SetAsideDelivery]:
    query = select(deliveries).where(SET_ASIDE, *where).order_by(deliveries.c.number.desc()).limit(limit)
    return [
        SetAsideDelivery(
            delivery=row.id, event=row.event, received=row.received, at=row.read, reason=row.error
        )
        for row in connection.execute(query)
    ]
