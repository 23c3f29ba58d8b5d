"""Opens the database that DATABASE_URL names."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.errors import SettingsError
from bot.engine.db.clock import Clock, ServerClock, utc_now
from bot.engine.db.group_commit import Writer
from bot.engine.db.migrations import INBOX_SCHEMA, MAIN_SCHEMA, SHARED_INBOX_SCHEMA
from bot.engine.db.postgres_address import described, is_postgres, parameters
from bot.engine.db.sqlite import open_file
from bot.engine.queue.claims import ClaimLimits
from bot.engine.store import Store

if TYPE_CHECKING:
    from bot.engine.db.postgres import Server

CONNECTIONS = 6  # to PostgreSQL
CONNECTIONS_OF_PROCESS = CONNECTIONS + 4  # one for the inbox, one for leases, two for LISTEN and NOTIFY
Writers = tuple[Writer, Writer, Writer]

EXAMPLES = "use sqlite:///path/to/file.db or postgresql://user:password@host/database"


async def connect(
    url: str,
    clock: Clock | None = None,
    *,
    direct_url: str | None = None,
    limits: ClaimLimits | None = None,
    holder: str = "",
    is_gone: Callable[[str], bool] = lambda _: False,
) -> Store:
    """Opens the database at `url`; creates a missing SQLite file.

    `clock`: by default this machine's for SQLite, and the server's for PostgreSQL, so that machines agree.
    `direct_url` reaches PostgreSQL without its pooler, to listen for notifications. `holder` identifies this
    process to the others; `is_gone(holder)` says whether a process has ended.

    Raises:
        SettingsError: the URL is not supported, or the database is unusable or of a newer release.
    """
    notifier = None
    if is_postgres(url):
        from bot.engine.db.pg_notify import Notifier  # noqa: PLC0415 - needs psycopg

        known = parameters(url)
        notifier = Notifier(parameters(direct_url, "DATABASE_DIRECT_URL") if direct_url else known)
        server = ServerClock()
        clock = clock or server
        writers = _on_postgres(known, server)
    else:
        clock = clock or utc_now
        writers = _on_sqlite(_file(_parts(url)))
    store = Store(writers, clock, notifier=notifier, limits=limits, holder=holder, is_gone=is_gone)
    await store.start()
    return store


def database_file(url: str) -> Path | None:
    """The main file of an SQLite database; None for PostgreSQL. Raises `SettingsError`."""
    return None if is_postgres(url) else _file(_parts(url))


def reach_server(url: str, setting: str = "DATABASE_URL") -> "tuple[Server, str]":
    """What the PostgreSQL server is, and its address. Creates nothing there. Raises `SettingsError`."""
    from bot.engine.db import postgres  # noqa: PLC0415 - needs psycopg

    known = parameters(url, setting)
    return postgres.reach(known), described(known)


def _on_sqlite(path: Path) -> Writers:
    beside = path.with_name(f"{path.stem}-inbox{path.suffix}")
    main = Writer(lambda: open_file(path, MAIN_SCHEMA), str(path))
    return main, Writer(lambda: open_file(beside, INBOX_SCHEMA), str(beside)), main


def _on_postgres(known: Mapping[str, str], clock: ServerClock) -> Writers:
    """Jobs use locks, so each work item gets its own transaction; deliveries share transactions."""
    from bot.engine.db import postgres  # noqa: PLC0415 - needs psycopg

    def main() -> Connection:
        return postgres.open_database(known, MAIN_SCHEMA, clock)

    def inbox() -> Connection:
        return postgres.open_database(known, SHARED_INBOX_SCHEMA, clock)

    name = known.get("dbname", "")
    return (
        Writer(main, name, threads=CONNECTIONS, together=1),
        Writer(inbox, name),
        Writer(main, name, together=1),
    )


def _parts(url: str) -> URL:
    """Parses the URL. Error messages omit it, because it may contain a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(f"DATABASE_URL is not a URL: {EXAMPLES}") from None
    if parts.drivername != "sqlite":
        raise SettingsError(
            f"DATABASE_URL: {parts.drivername} is not supported, only SQLite and PostgreSQL: {EXAMPLES}"
        )
    return parts


def _file(parts: URL) -> Path:
    if not parts.database or parts.database == ":memory:":
        raise SettingsError(f"DATABASE_URL names no file, but jobs must survive a restart: {EXAMPLES}")
    if parts.query or parts.host:
        raise SettingsError(f"DATABASE_URL: an SQLite URL has no host and no options: {EXAMPLES}")
    return Path(parts.database).expanduser().absolute()
