"""Wakes other processes by PostgreSQL's LISTEN and NOTIFY.

Notifications are batched and sent after the commit that they announce, because PostgreSQL serialises all
commits that notify. A lost notification causes a delay of at most a second, because all processes also poll.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import psycopg
import structlog

from bot.engine.db.wakeup import Wakeup

log = structlog.get_logger()

CHANNEL = "code_review_bot"
GATHER = 0.01  # seconds in which notifications are batched
PAUSE = 2.0  # seconds before a lost connection is reopened


class Notifier:
    """`dsn` is in psycopg's format."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
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

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            for wakeup in self._wakeups.values():
                wakeup.notify_local()  # for notifications sent before the connection was open
            async for notice in connection.notifies():
                if notice.payload in self._wakeups:
                    self._wakeups[notice.payload].notify_local()

    async def _send(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            while True:
                await self._wanted.wait()
                await asyncio.sleep(GATHER)
                self._wanted.clear()
                names, self._pending = self._pending, set()
                for name in names:
                    await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, name))


async def _keep_running(part: Callable[[], Awaitable[None]]) -> None:
    while True:
        with suppress(psycopg.Error, OSError):
            await part()
        log.warning("notification_connection_lost")
        await asyncio.sleep(PAUSE)
