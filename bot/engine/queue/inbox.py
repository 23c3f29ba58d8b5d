"""The durable inbox of deliveries.

On SQLite it has a separate file, so that a busy worker does not delay the webhook; on PostgreSQL, a separate
connection.
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

MOST_BYTES = 4_000_000  # of compressed bodies in one read; a single body may have 25 MB uncompressed
LARGE = 200_000  # bytes from which a body is compressed in a thread
FAST = 1  # zlib level: a tenth of the size in a tenth of a millisecond

_UNREAD = deliveries.c.read.is_(None)
_MARK_UNREAD: dict[str, Any] = {"read": None, "error": None, "failures": 0, "due": None}


class Inbox:
    """Deliveries by id, in the order of their arrival. Implements `bot.review.ports.Inbox`."""

    def __init__(self, writer: Writer, clock: Clock, wakeup: Wakeup) -> None:
        self._writer = writer
        self._clock = clock
        self._wakeup = wakeup

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already stored, and is unread again."""
        large = len(delivery.body) > LARGE
        packed = await asyncio.to_thread(pack, delivery.body) if large else pack(delivery.body)
        fresh = await self._writer.run(lambda connection: _receive(connection, delivery, packed))
        self._wakeup.notify_all()
        return fresh

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest unread deliveries that are due; fewer than `limit` when they are large."""
        now = self._clock()
        return await self._writer.run(lambda connection: _unread(connection, limit, now))

    async def unread_count(self) -> int:
        """The number of unread deliveries."""
        return await self._count(_UNREAD)

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that are stored, read or unread."""
        query = select(deliveries.c.id).where(deliveries.c.id.in_(ids))
        stored = await self._writer.run(lambda connection: connection.execute(query).scalars().all())
        return frozenset(stored)

    async def mark_read(self, ids: Sequence[str]) -> None:
        done = update(deliveries).where(deliveries.c.id.in_(ids)).values(read=self._clock(), error=None)
        await self._writer.run(lambda connection: connection.execute(done))

    async def put_off(self, delivery: str, wait: timedelta, reason: str) -> None:
        """The delivery stays unread and is due again after `wait`. It does not block others."""
        changes = {"due": self._clock() + wait, "error": reason, "failures": deliveries.c.failures + 1}
        later = update(deliveries).where(deliveries.c.id == delivery, _UNREAD).values(**changes)
        await self._writer.run(lambda connection: connection.execute(later))

    async def set_aside(self, delivery: str, reason: str) -> None:
        """Marks a delivery that cannot become a job, with the reason. It does not block others."""
        aside = update(deliveries).where(deliveries.c.id == delivery)
        changed = aside.values(read=self._clock(), error=reason)
        await self._writer.run(lambda connection: connection.execute(changed))

    async def set_aside_count(self) -> int:
        """The number of deliveries that are set aside."""
        return await self._count(SET_ASIDE)

    async def list_set_aside(self, limit: int = 100) -> Sequence[SetAsideDelivery]:
        """The deliveries that are set aside, newest first."""
        return await self._writer.run(lambda connection: _set_aside(connection, limit))

    async def get_set_aside(self, delivery: str) -> SetAsideDelivery | None:
        """The delivery of that id, if it is set aside."""
        only = deliveries.c.id == delivery
        matches = await self._writer.run(lambda connection: _set_aside(connection, 1, only))
        return matches[0] if matches else None

    async def reread(self, delivery: str) -> bool:
        """Marks a delivery that was set aside as unread; False when it was not set aside."""
        again = update(deliveries).where(deliveries.c.id == delivery, SET_ASIDE).values(**_MARK_UNREAD)
        changed = await self._writer.run(lambda connection: connection.execute(again).rowcount)
        self._wakeup.notify_all()
        return bool(changed)

    async def wait(self, seconds: float) -> None:
        """Returns when a delivery may have arrived, or after `seconds`."""
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
        again = update(deliveries).where(deliveries.c.id == delivery.id).values(**_MARK_UNREAD)
        connection.execute(again)
        return False
    connection.execute(insert(bodies).values(delivery=row.number, body=packed))
    return True


def _unread(connection: Connection, limit: int, now: datetime) -> list[Delivery]:
    """Selects deliveries by the sum of their sizes first, then reads their bodies."""
    due = or_(deliveries.c.due.is_(None), deliveries.c.due <= now)
    query = select(deliveries).where(_UNREAD, due).order_by(deliveries.c.number).limit(limit)
    rows = list(_within(connection.execute(query).all()))
    numbers = [row.number for row in rows]
    bodies_query = select(bodies.c.delivery, bodies.c.body).where(bodies.c.delivery.in_(numbers))
    packed = {row.delivery: row.body for row in connection.execute(bodies_query)}
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
    """The first rows with MOST_BYTES of bodies in total, but at least one."""
    size = 0
    for row in rows:
        size += row.size
        if size > MOST_BYTES and size > row.size:
            return
        yield row


def _unpacked(delivery: str, packed: bytes | None) -> bytes:
    """The body; empty if it is corrupted, so that its reader sets the delivery aside and reads the others."""
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
