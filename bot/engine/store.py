"""The store: all durable state in one object.

On SQLite, jobs, journal and records are in one file and the inbox in a second one. On PostgreSQL, all are in
one database that any number of processes share. The code is the same.
"""

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, select

from bot.engine.db.clock import Clock
from bot.engine.db.group_commit import Writer
from bot.engine.db.wakeup import Wakeup
from bot.engine.queue.claims import ClaimLimits
from bot.engine.queue.inbox import Inbox
from bot.engine.queue.jobs import Jobs
from bot.engine.records.findings import Findings
from bot.engine.records.journal import Journal
from bot.engine.records.key_values import KeyValues
from bot.engine.records.memory import Memory
from bot.engine.records.published import PublishedState
from bot.engine.records.retention import Retention
from bot.engine.records.reviews import Records
from bot.engine.records.token_ledger import TokenLedger
from bot.engine.shared.cooldowns import SharedCooldowns
from bot.engine.shared.leases import Leases
from bot.engine.shared.semaphores import Semaphores

if TYPE_CHECKING:
    from bot.engine.db.pg_notify import Notifier


class Store:
    """Must be closed, e.g. with `async with await connect(url) as store`.

    `writers` are for most tables, for the inbox, and for the leases of jobs; on SQLite, the first and the
    last are the same.
    """

    def __init__(
        self,
        writers: tuple[Writer, Writer, Writer],
        clock: Clock,
        *,
        notifier: "Notifier | None" = None,
        limits: ClaimLimits | None = None,
        holder: str = "",
        is_gone: Callable[[str], bool] = lambda _: False,
    ) -> None:
        main, inbox, leasing = writers
        self._writers = tuple(dict.fromkeys(writers))
        self._notifier = notifier
        wakeup = notifier.wakeup if notifier else lambda _: Wakeup()
        self.inbox = Inbox(inbox, clock, wakeup("inbox"))
        self.jobs = Jobs(main, leasing, clock, wakeup("jobs"), limits or ClaimLimits())
        self.journal = Journal(main, clock)
        self.ledger = TokenLedger(main, clock)
        self.records = Records(main)
        self.published = PublishedState(main, clock)
        self.findings = Findings(main, clock)
        self.memory = Memory(main, clock)
        self.cooldowns = SharedCooldowns(main, clock)
        self.leases = Leases(main, clock, holder, is_gone)
        self.semaphores = Semaphores(main, clock, holder, is_gone)
        self.key_values = KeyValues(main)
        self.retention = Retention(main, inbox, clock)

    async def start(self) -> None:
        """Raises `SettingsError`."""
        try:
            for writer in self._writers:
                await writer.start()
        except BaseException:
            await self.close()
            raise
        if self._notifier:
            self._notifier.start()

    async def check(self) -> None:
        """Raises `Retry` when the database cannot be locked and read."""
        for writer in self._writers:
            await writer.run(_ping)

    async def close(self) -> None:
        """Finishes pending work, then closes the connections."""
        if self._notifier:
            await self._notifier.close()
        for writer in self._writers:
            await writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _ping(connection: Connection) -> None:
    connection.execute(select(1))
