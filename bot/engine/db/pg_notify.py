"""Rings the bells of other processes, through PostgreSQL's LISTEN and NOTIFY.

Announcements are sent apart from what they announce, and together: commits that notify wait for one
another in the whole server. One that is lost costs a second at most, for everybody looks by himself, too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import psycopg
import structlog

from bot.engine.db.wakeup import Wakeup

log = structlog.get_logger()

CHANNEL = "code_review_bot"
GATHER = 0.01  # seconds in which announcements are gathered
PAUSE = 2.0  # seconds until a lost connection is opened again


class Notifier:
    """`dsn` names the database as psycopg wants it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pending: set[str] = set()
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._wakeups: dict[str, Wakeup] = {}

    def wakeup(self, name: str) -> Wakeup:
        """A bell that is heard in all processes."""
        wakeup = self._wakeups[name] = Wakeup(lambda: self.announce(name))
        return wakeup

    def announce(self, name: str) -> None:
        self._pending.add(name)
        self._wanted.set()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(_lasting(part)) for part in (self._listen, self._send)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            for wakeup in self._wakeups.values():
                wakeup.notify_local()  # what was announced while nobody listened
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


async def _lasting(part: Callable[[], Awaitable[None]]) -> None:
    while True:
        with suppress(psycopg.Error, OSError):
            await part()
        log.warning("notification_connection_lost")
        await asyncio.sleep(PAUSE)
