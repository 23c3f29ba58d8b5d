"""Wakes other processes by PostgreSQL's LISTEN and NOTIFY.

Notifications are batched and sent after the commit that they announce, because PostgreSQL serialises all
commits that notify. A lost notification causes a delay of at most a second, because all processes also poll.
Behind a pooler that shares sessions, a notification does not come back; then polling has to do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import psycopg
import structlog

from bot.engine.db.postgres_address import conninfo
from bot.engine.db.wakeup import Wakeup

log = structlog.get_logger()

CHANNEL = "code_review_bot"
GATHER = 0.01  # seconds in which notifications are batched
PAUSE = 2.0  # seconds before a lost connection is reopened


class Notifier:
    """`known`: parameters of libpq for a connection without a pooler."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self._pending: set[str] = set()
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._wakeups: dict[str, Wakeup] = {}

    def wakeup(self, name: str) -> Wakeup:
        """A wakeup that reaches all processes."""
        wakeup = self._wakeups[name] = Wakeup(lambda: self.notify(name))
        return wakeup

    def notify(self, name: str) -> None:
        self._pending.add(name)
        self._wanted.set()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(_keep_running(part)) for part in (self._listen, self._send)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(
            conninfo(self._known), autocommit=True, prepare_threshold=None
        )

    async def _listen(self) -> None:
        async with await self._connect() as connection:
            if await _is_pooled(connection):
                log.info("notifications_behind_a_pooler", advice="set DATABASE_DIRECT_URL")
                await asyncio.Event().wait()
            await connection.execute(f"LISTEN {CHANNEL}")
            for wakeup in self._wakeups.values():
                wakeup.notify_local()  # for notifications sent before the connection was open
            async for notice in connection.notifies():
                if notice.payload in self._wakeups:
                    self._wakeups[notice.payload].notify_local()

    async def _send(self) -> None:
        async with await self._connect() as connection:
            while True:
                await self._wanted.wait()
                await asyncio.sleep(GATHER)
                self._wanted.clear()
                names, self._pending = self._pending, set()
                for name in names:
                    await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, name))


async def _is_pooled(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether the process that works for us is another one than the one that greeted us."""
    row = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
    return row is None or row[0] != connection.info.backend_pid


async def _keep_running(part: Callable[[], Awaitable[None]]) -> None:
    while True:
        with suppress(psycopg.Error, OSError):
            await part()
        log.warning("notification_connection_lost")
        await asyncio.sleep(PAUSE)
