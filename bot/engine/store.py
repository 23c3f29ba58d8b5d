"""What is durable, in one object.

On SQLite jobs, journal and records are in one file and the inbox in another beside it; on PostgreSQL
all are in one database that any number of processes share. The code is the same.
"""

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, select

from bot.engine.bell import Bell
from bot.engine.claims import Limits
from bot.engine.clock import Clock
from bot.engine.findings import Findings
from bot.engine.gates import SharedGates
from bot.engine.inbox import Inbox
from bot.engine.jobs import Jobs
from bot.engine.journal import Journal
from bot.engine.leases import Leases
from bot.engine.notes import Notes
from bot.engine.permits import Permits
from bot.engine.purse import Purse
from bot.engine.records import Records
from bot.engine.retention import Retention
from bot.engine.traces import Traces
from bot.engine.writer import Writer

if TYPE_CHECKING:
    from bot.engine.announcer import Announcer


class Store:
    """Close it, or use it as `async with await connect(url) as store`."""

    def __init__(
        self,
        main: Writer,
        inbox: Writer,
        clock: Clock,
        *,
        announcer: "Announcer | None" = None,
        limits: Limits | None = None,
        holder: str = "",
        is_gone: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._writers = (main, inbox)
        self._announcer = announcer
        bell = announcer.bell if announcer else lambda _: Bell()
        self.inbox = Inbox(inbox, clock, bell("inbox"))
        self.jobs = Jobs(main, clock, bell("jobs"), limits or Limits())
        self.journal = Journal(main, clock)
        self.purse = Purse(main, clock)
        self.records = Records(main)
        self.traces = Traces(main, clock)
        self.findings = Findings(main, clock)
        self.gates = SharedGates(main, clock)
        self.leases = Leases(main, clock, holder, is_gone)
        self.permits = Permits(main, clock, holder, is_gone)
        self.notes = Notes(main)
        self.retention = Retention(main, inbox, clock)

    async def start(self) -> None:
        """Raises `SettingsError`."""
        try:
            for writer in self._writers:
                await writer.start()
        except BaseException:
            await self.close()
            raise
        if self._announcer:
            self._announcer.start()

    async def check(self) -> None:
        """Raises `Retry` when the database cannot be locked and read."""
        for writer in self._writers:
            await writer.run(_answers)

    async def close(self) -> None:
        """Finishes what was begun."""
        if self._announcer:
            await self._announcer.close()
        for writer in self._writers:
            await writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _answers(connection: Connection) -> None:
    connection.execute(select(1))
