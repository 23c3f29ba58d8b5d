"""Opens the database: jobs, journal and records in one SQLite file, the inbox in another beside it."""

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, make_url, select
from sqlalchemy.exc import ArgumentError

from bot.core.errors import SettingsError
from bot.engine.clock import Clock, utc_now
from bot.engine.inbox import Inbox
from bot.engine.jobs import Jobs
from bot.engine.journal import Journal
from bot.engine.migrations import INBOX_SCHEMA, MAIN_SCHEMA
from bot.engine.records import Records
from bot.engine.writer import Writer


class Store:
    """What is durable. Close it, or use it as `async with await connect(url) as store`."""

    def __init__(self, main: Writer, inbox: Writer, clock: Clock) -> None:
        self._writers = (main, inbox)
        self.inbox = Inbox(inbox, clock)
        self.jobs = Jobs(main, clock)
        self.journal = Journal(main, clock)
        self.records = Records(main)

    async def check(self) -> None:
        """Raises `Retry` when one of the files cannot be locked and read."""
        for writer in self._writers:
            await writer.run(_answers)

    async def close(self) -> None:
        """Finishes what was begun."""
        for writer in self._writers:
            await writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def connect(url: str, clock: Clock = utc_now) -> Store:
    """Opens the database that `url` names (`sqlite:///path`); makes it where it is missing.

    Raises:
        SettingsError: the URL is not one we can use, or the file is of a newer release or unusable.
    """
    path = database_file(url)
    main = Writer(path, MAIN_SCHEMA)
    inbox = Writer(path.with_name(f"{path.stem}-inbox{path.suffix}"), INBOX_SCHEMA)
    await main.start()
    try:
        await inbox.start()
    except BaseException:
        await main.close()
        raise
    return Store(main, inbox, clock)


def database_file(url: str) -> Path:
    """The main file of the database that `url` names. Raises `SettingsError`.

    The messages leave the URL out: it may hold a password.
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL is not a URL: write sqlite:///path/to/file.db") from None
    if parts.drivername != "sqlite":
        raise SettingsError(
            f"DATABASE_URL: {parts.drivername} is not supported yet, only SQLite is: "
            "write sqlite:///path/to/file.db"
        )
    return _file(parts)


def _file(parts: URL) -> Path:
    if not parts.database or parts.database == ":memory:":
        raise SettingsError(
            "DATABASE_URL names no file, but jobs must outlive the process: write sqlite:///path/to/file.db"
        )
    if parts.query or parts.host:
        raise SettingsError(
            "DATABASE_URL: an SQLite file takes no host and no options: write sqlite:///path/to/file.db"
        )
    return Path(parts.database).expanduser().absolute()


def _answers(connection: Connection) -> None:
    connection.execute(select(1))
