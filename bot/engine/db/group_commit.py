"""Group commit: threads that own the connections to one database and run work items in shared transactions.

A work item is a function of a connection. Items that arrive during a commit form the next transaction and
complete when that one is on disk. So a busy database needs one fsync for many items, and an idle one adds no
delay. When an item fails, every item of its transaction runs again in a separate transaction, so that only
the failing one fails.

SQLite has one writer at a time, and so one thread. PostgreSQL has several connections; there a transaction
with locks should contain one work item, to avoid deadlocks.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.core.errors import Retry
from bot.engine.db import errors

log = structlog.get_logger()

T = TypeVar("T")
Work = Callable[[Connection], T]
Open = Callable[[], Connection]

MOST_TOGETHER = 256  # work items in one transaction; bounds the wait of other processes


@dataclass
class _WorkItem:
    """Work and the future of its result."""

    work: Work[Any]
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """`start` opens the database, `run` executes work, `close` ends the threads.

    `threads` is the number of connections, `together` the most work items in one transaction.
    """

    def __init__(
        self, open_connection: Open, name: str, *, threads: int = 1, together: int = MOST_TOGETHER
    ) -> None:
        self._name = name
        self._together = together
        self._items: SimpleQueue[_WorkItem | None] = SimpleQueue()
        self._closed = False
        self._connections = [_WriterConnection(open_connection, name) for _ in range(threads)]
        self._opened: Future[None] = Future()
        # Daemons: work that is not committed was not acknowledged.
        self._threads = [
            threading.Thread(target=target, args=(connection,), name=f"writer {name}", daemon=True)
            for connection, target in zip(
                self._connections, [self._open, *[self._work] * (threads - 1)], strict=True
            )
        ]

    async def start(self) -> None:
        """Raises `SettingsError` when the database cannot be opened or is of a newer release."""
        self._threads[0].start()
        await asyncio.wrap_future(self._opened)
        for thread in self._threads[1:]:
            thread.start()

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, once it is durable. `work` may be called more than once; only the effects of
        its last call are kept.

        Raises what `work` raises, `Retry` for a temporary and `DatabaseError` for a permanent error of the
        database.
        """
        if self._closed:
            raise Retry(f"database {self._name} is closed")
        item = _WorkItem(work)
        self._items.put(item)
        result: T = await asyncio.wrap_future(item.future)
        return result

    async def close(self) -> None:
        """Finishes all queued work, then closes the connections."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._items.put(None)
        for thread in self._threads:
            if thread.is_alive():
                await asyncio.to_thread(thread.join)

    def _open(self, connection: "_WriterConnection") -> None:
        """Runs in the first thread: opens the database, then works on it."""
        try:
            connection.connect()
        except BaseException as error:  # noqa: BLE001 - `start` raises it
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        self._work(connection)

    def _work(self, connection: "_WriterConnection") -> None:
        while self._run_batch(connection):
            pass
        connection.disconnect()

    def _run_batch(self, connection: "_WriterConnection") -> bool:
        """Runs all queued work in one transaction. False when this thread must end."""
        items = self._next_batch()
        active = [item for item in items if item and item.future.set_running_or_notify_cancel()]
        if active:
            connection.execute(active)
        return None not in items

    def _next_batch(self) -> list[_WorkItem | None]:
        """Waits for a work item; returns it with all others that are queued, up to the limit."""
        items = [self._items.get()]
        with suppress(Empty):
            while items[-1] and len(items) < self._together:
                items.append(self._items.get_nowait())
        return items


class _WriterConnection:
    """One thread's connection, reopened when it is lost."""

    def __init__(self, open_connection: Open, name: str) -> None:
        self._open = open_connection
        self._name = name
        self._connection: Connection | None = None

    def connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def disconnect(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # a lost connection cannot be closed cleanly
                self._connection.close()
            self._connection.engine.dispose()
            self._connection = None

    def execute(self, items: Sequence[_WorkItem]) -> None:
        """Sets the result or the exception of every item's future."""
        try:
            outcomes = self._commit([item.work for item in items])
        except Exception as error:  # noqa: BLE001 - the futures get it; the thread continues
            self._execute_separately(items, error)
        else:
            for item, outcome in zip(items, outcomes, strict=True):
                item.future.set_result(outcome)

    def _execute_separately(self, items: Sequence[_WorkItem], error: Exception) -> None:
        """Runs each item alone, because one item may have failed, or a deadlock occurred. An error of the
        database itself fails all items.
        """
        if len(items) == 1 or errors.concerns_all(error):
            for item in items:
                item.future.set_exception(errors.translated(error, self._name))
            return
        for item in items:
            self.execute([item])

    def _commit(self, works: Sequence[Work[Any]]) -> list[Any]:
        """Runs the work in a transaction; reconnects once if the connection is lost or stale."""
        try:
            return self._once(works)
        except DBAPIError as error:
            if not error.connection_invalidated and not errors.is_stale(error):
                raise
            log.warning("database_connection_lost", database=self._name)
            self.disconnect()
        return self._once(works)

    def _once(self, works: Sequence[Work[Any]]) -> list[Any]:
        connection = self.connect()
        try:
            with connection.begin():
                return [work(connection) for work in works]
        except DBAPIError as error:
            if error.connection_invalidated:
                self.disconnect()
            raise
