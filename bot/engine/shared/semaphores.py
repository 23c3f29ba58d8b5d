"""Semaphores that limit concurrency across all processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy import Connection, Delete, Update, delete, select, update

from bot.core.errors import BotError, DatabaseError
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import lock, upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import permits

log = structlog.get_logger()

HELD = timedelta(seconds=30)  # lifetime of a permit, renewed while it is held
POLL = 0.2  # seconds between attempts to acquire a permit


class Semaphores:
    """`holder` identifies this process; `is_gone(holder)` says whether another one has ended."""

    def __init__(self, writer: Writer, clock: Clock, holder: str, is_gone: Callable[[str], bool]) -> None:
        self._writer = writer
        self._clock = clock
        self._holder = holder
        self._is_gone = is_gone

    @asynccontextmanager
    async def acquire(self, name: str, most: int) -> AsyncIterator[None]:
        """Waits for one of the `most` permits of `name`, and holds it while the context lasts."""
        slot = await self._wait(name, most)
        renewal = asyncio.create_task(self._keep(name, slot))
        try:
            yield
        finally:
            renewal.cancel()
            own = delete(permits).where(permits.c.name == name, permits.c.slot == slot)
            await self._release(own.where(permits.c.holder == self._holder))

    async def _release(self, own: Delete) -> None:
        """Releases the permit; ignores a database error, because the permit expires."""
        try:
            await self._writer.run(lambda connection: connection.execute(own))
        except DatabaseError:
            log.exception("semaphore_release_failed")

    async def _wait(self, name: str, most: int) -> int:
        while True:
            slot = await self._writer.run(lambda connection: self._acquire(connection, name, most))
            if slot is not None:
                return slot
            await asyncio.sleep(POLL)

    def _acquire(self, connection: Connection, name: str, most: int) -> int | None:
        """The lowest free slot; None when all are held."""
        lock(connection, f"permits {name}")
        now = self._clock()
        rows = connection.execute(select(permits).where(permits.c.name == name)).all()
        held = {row.slot for row in rows if row.until > now and not self._is_gone(row.holder)}
        slot = next((slot for slot in range(most) if slot not in held), None)
        if slot is None:
            return None
        values = {"holder": self._holder, "until": now + HELD}
        stored = upsert(connection, permits).values(name=name, slot=slot, **values)
        connection.execute(stored.on_conflict_do_update(index_elements=["name", "slot"], set_=values))
        return slot

    async def _keep(self, name: str, slot: int) -> None:
        own = update(permits).where(permits.c.name == name, permits.c.slot == slot)
        own = own.where(permits.c.holder == self._holder)
        while True:
            await asyncio.sleep(HELD.total_seconds() / 3)
            try:
                await self._renew(own.values(until=self._clock() + HELD))
            except BotError as error:
                log.warning("semaphore_renewal_failed", name=name, reason=str(error))

    async def _renew(self, query: Update) -> None:
        await self._writer.run(lambda connection: connection.execute(query))
