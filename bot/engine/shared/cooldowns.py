"""Cooldowns (bot/core/cooldowns.py) shared by all processes on one database."""

import asyncio
import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, delete, select

from bot.core.cooldowns import Cooldown, LocalCooldowns
from bot.core.errors import BotError
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import gates

log = structlog.get_logger()

FRESH = 1.0  # seconds for which cached cooldowns are valid


class SharedCooldowns:
    """Caches the cooldowns of the database for a second."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._known = LocalCooldowns()
        self._fresh_until = 0.0
        self._reading = asyncio.Lock()

    async def active(self, name: str) -> Cooldown | None:
        async with self._reading:
            if time.monotonic() > self._fresh_until:
                await self._read()
        return await self._known.active(name)

    async def start(self, name: str, seconds: float, reason: str) -> None:
        await self._known.start(name, seconds, reason)
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        try:
            await self._writer.run(lambda connection: _store(connection, name, now, until, reason))
        except BotError as error:
            log.warning("cooldown_write_failed", gate=name, reason=str(error))

    async def _read(self) -> None:
        now = self._clock()
        query = select(gates).where(gates.c.until > now)
        self._fresh_until = time.monotonic() + FRESH
        try:
            rows = await self._writer.run(lambda connection: connection.execute(query).all())
        except BotError as error:
            log.warning("cooldown_read_failed", reason=str(error))
            return
        for row in rows:
            await self._known.start(row.name, (row.until - now).total_seconds(), row.reason)


def _store(connection: Connection, name: str, now: datetime, until: datetime, reason: str) -> None:
    values = {"until": until, "reason": reason}
    stored = upsert(connection, gates).values(name=name, **values)
    longer = gates.c.until < until
    connection.execute(stored.on_conflict_do_update(index_elements=["name"], set_=values, where=longer))
    connection.execute(delete(gates).where(gates.c.until < now))
