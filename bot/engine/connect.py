"""Opens the database that DATABASE_URL names."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.errors import SettingsError
from bot.engine.db import postgres
from bot.engine.db.clock import Clock, utc_now
from bot.engine.db.group_commit import Writer
from bot.engine.db.migrations import INBOX_SCHEMA, MAIN_SCHEMA, SHARED_INBOX_SCHEMA
from bot.engine.db.sqlite import open_file
from bot.engine.queue.claims import ClaimLimits
from bot.engine.store import Store

CONNECTIONS = 6  # to PostgreSQL, beside the inbox's and two for announcements
WRITE_ONE = "write sqlite:///path/to/file.db or postgresql://user:password@host/database"


async def connect(
    url: str,
    clock: Clock = utc_now,
    *,
    limits: ClaimLimits | None = None,
    holder: str = "",
    is_gone: Callable[[str], bool] = lambda _: False,
) -> Store:
    """Opens the database that `url` names; an SQLite file is made where it is missing.

    `holder` names this process to the others, `is_gone` tells of such a name whether its process has ended.

    Raises:
        SettingsError: the URL is not one we can use, or the database is of a newer release or unusable.
    """
    parts = _parts(url)
    if parts.drivername in postgres.NAMES:
        from bot.engine.db.pg_notify import Notifier  # noqa: PLC0415 - needs psycopg

        announcer: Notifier | None = Notifier(postgres.dsn(parts))
        main, inbox = _on_postgres(parts)
    else:
        announcer = None
        main, inbox = _on_sqlite(_file(parts))
    store = Store(main, inbox, clock, announcer=announcer, limits=limits, holder=holder, is_gone=is_gone)
    await store.start()
    return store


def database_file(url: str) -> Path | None:
    """The main file of an SQLite database; None for another one. Raises `SettingsError`."""
    parts = _parts(url)
    return None if parts.drivername in postgres.NAMES else _file(parts)


def reach_server(url: str) -> str:
    """Of a PostgreSQL database: what and where it is. Makes nothing there. Raises `SettingsError`."""
    parts = _parts(url)
    version = postgres.reach(parts)
    return f"PostgreSQL {version}, database {parts.database} at {parts.host or 'the local socket'}"


def _on_sqlite(path: Path) -> tuple[Writer, Writer]:
    beside = path.with_name(f"{path.stem}-inbox{path.suffix}")
    return (
        Writer(lambda: open_file(path, MAIN_SCHEMA), str(path)),
        Writer(lambda: open_file(beside, INBOX_SCHEMA), str(beside)),
    )


def _on_postgres(url: URL) -> tuple[Writer, Writer]:
    """Jobs take locks, so each has its transaction to itself; deliveries share theirs."""
    name = url.database or ""
    return (
        Writer(lambda: postgres.open_database(url, MAIN_SCHEMA), name, threads=CONNECTIONS, together=1),
        Writer(lambda: postgres.open_database(url, SHARED_INBOX_SCHEMA), name),
    )


def _parts(url: str) -> URL:
    """The messages leave the URL out: it may hold a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(f"DATABASE_URL is not a URL: {WRITE_ONE}") from None
    if parts.drivername != "sqlite" and parts.drivername not in postgres.NAMES:
        raise SettingsError(
            f"DATABASE_URL: {parts.drivername} is not supported, SQLite and PostgreSQL are: {WRITE_ONE}"
        )
    return parts


def _file(parts: URL) -> Path:
    if not parts.database or parts.database == ":memory:":
        raise SettingsError(f"DATABASE_URL names no file, but jobs must outlive the process: {WRITE_ONE}")
    if parts.query or parts.host:
        raise SettingsError(f"DATABASE_URL: an SQLite file takes no host and no options: {WRITE_ONE}")
    return Path(parts.database).expanduser().absolute()
