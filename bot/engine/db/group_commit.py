"""Threads that own connections to one database and work on it for everybody: group commit.

Every piece of work is a function of a connection. While a commit is on its way to the disk, more
work arrives; all of it becomes the next transaction and is answered when that one is on the disk.
So a busy database pays for one fsync where there would have been a hundred, and an idle one
waits for nothing. When one piece fails, all of that transaction are done again, each in one of its own:
one that fails takes nothing else with it.

SQLite has one writer at a time, and so one thread. PostgreSQL writes on several connections; there a
transaction that takes locks should hold one piece of work, lest two of them wait for each other.
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

MOST_TOGETHER = 256  # pieces of work in one transaction; bounds what another process waits for


@dataclass
class _WorkItem:
    """A piece of work and the promise of its outcome."""

    work: Work[Any]
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """`start` opens the database, `run` works on it, `close` ends the threads.

    `threads` is how many connections there are, `together` the most pieces of work in one transaction.
    """

    def __init__(
        self, open_connection: Open, name: str, *, threads: int = 1, together: int = MOST_TOGETHER
    ) -> None:
        self._name = name
        self._together = together
        self._orders: SimpleQueue[_WorkItem | None] = SimpleQueue()
        self._closed = False
        self._desks = [_WriterConnection(open_connection, name) for _ in range(threads)]
        self._opened: Future[None] = Future()
        # Daemons: what has not been committed has not been promised to anybody.
        self._threads = [
            threading.Thread(target=work, args=(desk,), name=f"writer {name}", daemon=True)
            for desk, work in zip(self._desks, [self._open, *[self._work] * (threads - 1)], strict=True)
        ]

    async def start(self) -> None:
        """Raises `SettingsError` when the database cannot be opened or is of a newer release."""
        self._threads[0].start()
        await asyncio.wrap_future(self._opened)
        for thread in self._threads[1:]:
            thread.start()

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, once it is durable. `work` may be called more than once; only what its
        last call did is kept.

        Raises what `work` raises, `Retry` when the database does not take it now, and `DatabaseError` when
        it never will.
        """
        if self._closed:
            raise Retry(f"database {self._name} is closed")
        order = _WorkItem(work)
        self._orders.put(order)
        result: T = await asyncio.wrap_future(order.future)
        return result

    async def close(self) -> None:
        """Finishes what was ordered, then closes the connections."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._orders.put(None)
        for thread in self._threads:
            if thread.is_alive():
                await asyncio.to_thread(thread.join)

    def _open(self, desk: "_WriterConnection") -> None:
        """The first thread finds out whether the database can be used."""
        try:
            desk.connect()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the database was wanted
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        self._work(desk)

    def _work(self, desk: "_WriterConnection") -> None:
        while self._turn(desk):
            pass
        desk.leave()

    def _turn(self, desk: "_WriterConnection") -> bool:
        """One transaction with all that waits. False when it was this thread's last."""
        orders = self._waiting()
        wanted = [order for order in orders if order and order.future.set_running_or_notify_cancel()]
        if wanted:
            desk.carry_out(wanted)
        return None not in orders

    def _waiting(self) -> list[_WorkItem | None]:
        """Waits for an order and takes along whatever else is there."""
        orders = [self._orders.get()]
        with suppress(Empty):
            while orders[-1] and len(orders) < self._together:
                orders.append(self._orders.get_nowait())
        return orders


class _WriterConnection:
    """One thread's connection, opened again when it is lost."""

    def __init__(self, open_connection: Open, name: str) -> None:
        self._open = open_connection
        self._name = name
        self._connection: Connection | None = None

    def connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def leave(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # a connection that is lost cannot be closed in good order
                self._connection.close()
            self._connection.engine.dispose()
            self._connection = None

    def carry_out(self, orders: Sequence[_WorkItem]) -> None:
        """Settles all the orders, whatever happens."""
        try:
            outcomes = self._commit([order.work for order in orders])
        except Exception as error:  # noqa: BLE001 - whoever ordered the work is told; the thread lives on
            self._part(orders, error)
        else:
            for order, outcome in zip(orders, outcomes, strict=True):
                order.future.set_result(outcome)

    def _part(self, orders: Sequence[_WorkItem], error: Exception) -> None:
        """One piece may have failed, or two processes waited for each other: each is done alone then.
        What is wrong with the database itself is wrong for all.
        """
        if len(orders) == 1 or errors.concerns_all(error):
            for order in orders:
                order.future.set_exception(errors.named(error, self._name))
            return
        for order in orders:
            self.carry_out([order])

    def _commit(self, works: Sequence[Work[Any]]) -> list[Any]:
        """A connection that was lost while nobody used it is no reason to fail, nor is one that is out of
        step with the server: it is opened once more.
        """
        try:
            return self._once(works)
        except DBAPIError as error:
            if not error.connection_invalidated and not errors.is_stale(error):
                raise
            log.warning("database_connection_lost", database=self._name)
            self.leave()
        return self._once(works)

    def _once(self, works: Sequence[Work[Any]]) -> list[Any]:
        connection = self.connect()
        try:
            with connection.begin():
                return [work(connection) for work in works]
        except DBAPIError as error:
            if error.connection_invalidated:
                self.leave()
            raise
