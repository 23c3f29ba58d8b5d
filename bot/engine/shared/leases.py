"""Leases for work that only one process does at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from bot.engine.db.clock import Clock
from bot.engine.db.dialects import lock, upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import leases


class Leases:
    """`holder` identifies this process; `is_gone(holder)` says whether another one has ended."""

    def __init__(self, writer: Writer, clock: Clock, holder: str, is_gone: Callable[[str], bool]) -> None:
        self._writer = writer
        self._clock = clock
        self._holder = holder
        self._is_gone = is_gone

    async def acquire(self, name: str, seconds: float) -> bool:
        """Acquires or renews the lease `name`; False when another process holds it."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        return await self._writer.run(lambda connection: self._acquire(connection, name, now, until))

    async def release(self, name: str) -> None:
        own = delete(leases).where(leases.c.name == name, leases.c.holder == self._holder)
        await self._writer.run(lambda connection: connection.execute(own))

    def _acquire(self, connection: Connection, name: str, now: datetime, until: datetime) -> bool:
        lock(connection, f"lease {name}")
        row = connection.execute(select(leases).where(leases.c.name == name)).one_or_none()
        others = row is not None and row.holder != self._holder
        if row is not None and others and row.until > now and not self._is_gone(row.holder):
            return False
        values = {"holder": self._holder, "until": until}
        stored = upsert(connection, leases).values(name=name, **values)
        connection.execute(stored.on_conflict_do_update(index_elements=["name"], set_=values))
        return True
