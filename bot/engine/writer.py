"""One thread that owns one SQLite file and works on it for everybody: group commit.

Every piece of work is a function of a connection. While a commit is on its way to the disk, more
work arrives; all of it becomes the next transaction and is answered when that one is on the disk.
So a busy database pays for one fsync where there would have been a hundred, and an idle one
waits for nothing. Each piece has its own savepoint: one that fails takes nothing else with it.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.errors import Retry
from bot.engine.migrations import Schema
from bot.engine.sqlite import open_file

T = TypeVar("T")
Work = Callable[[Connection], T]

MOST_TOGETHER = 256  # pieces of work in one transaction; bounds what another process waits for


@dataclass
class _Order:
    """A piece of work and the promise of its outcome."""

    work: Work[Any]
    future: Future[Any] = field(default_factory=Future)
    outcome: Any = None
    error: Exception | None = None

    def carry_out(self, connection: Connection) -> None:
        """Failures of the database itself are the whole transaction's: it may be gone already."""
        savepoint = connection.begin_nested()
        try:
            self.outcome = self.work(connection)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - it is handed to whoever ordered the work
            savepoint.rollback()
            self.error = error
        else:
            savepoint.commit()

    def settle(self) -> None:
        if self.error:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.outcome)


class Writer:
    """The thread of one SQLite file. `start` opens the file, `run` works on it, `close` ends it."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path = path
        self._schema = schema
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._opened: Future[None] = Future()
        self._closed = False
        # A daemon: what has not been committed has not been promised to anybody.
        self._thread = threading.Thread(target=self._main, name=f"writer {path.name}", daemon=True)

    async def start(self) -> None:
        """Raises `SettingsError` when the file cannot be opened or is of a newer release."""
        self._thread.start()
        await asyncio.wrap_future(self._opened)

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, once it is durable.

        Raises what `work` raises, and `Retry` when the database does not take it.
        """
        if self._closed:
            raise Retry(f"database {self._path} is closed")
        order = _Order(work)
        self._orders.put(order)
        result: T = await asyncio.wrap_future(order.future)
        return result

    async def close(self) -> None:
        """Finishes what was ordered, then closes the file."""
        if not self._closed:
            self._closed = True
            self._orders.put(None)
        await asyncio.to_thread(self._thread.join)

    def _main(self) -> None:
        try:
            connection = open_file(self._path, self._schema)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the file was wanted
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        with connection:
            while self._turn(connection):
                pass
        connection.engine.dispose()

    def _turn(self, connection: Connection) -> bool:
        """One transaction with all that waits. False when it was the last."""
        orders = self._waiting()
        wanted = [order for order in orders if order and order.future.set_running_or_notify_cancel()]
        if wanted:
            self._commit(connection, wanted)
        return None not in orders

    def _waiting(self) -> list[_Order | None]:
        """Waits for an order and takes along whatever else is there."""
        orders = [self._orders.get()]
        with suppress(Empty):
            while orders[-1] and len(orders) < MOST_TOGETHER:
                orders.append(self._orders.get_nowait())
        return orders

    def _commit(self, connection: Connection, orders: list[_Order]) -> None:
        try:
            with connection.begin():
                for order in orders:
                    order.carry_out(connection)
        except Exception as error:  # noqa: BLE001 - whoever ordered the work is told; the thread lives on
            for order in orders:
                order.future.set_exception(self._named(error))
        else:
            for order in orders:
                order.settle()

    def _named(self, error: Exception) -> Exception:
        """A database that is full, locked or gone is a thing that passes; anything else is a bug."""
        return Retry(f"database {self._path}: {error.orig}") if isinstance(error, DBAPIError) else error
