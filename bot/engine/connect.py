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

CONNECTIONS = 6  # to PostgreSQL; the inbox uses one more, and LISTEN and NOTIFY two
EXAMPLES = "use sqlite:///path/to/file.db or postgresql://user:password@host/database"


async def connect(
    url: str,
    clock: Clock = utc_now,
    *,
    limits: ClaimLimits | None = None,
    holder: str = "",
    is_gone: Callable[[str], bool] = lambda _: False,
) -> Store:
    """Opens the database at `url`; creates a missing SQLite file.

    `holder` identifies this process to the others; `is_gone(holder)` says whether a process has ended.

    Raises:
        SettingsError: the URL is not supported, or the database is unusable or of a newer release.
    """
    parts = _parts(url)
    if parts.drivername in postgres.NAMES:
        from bot.engine.db.pg_notify import Notifier  # noqa: PLC0415 - needs psycopg

        notifier: Notifier | None = Notifier(postgres.dsn(parts))
        main, inbox = _on_postgres(parts)
    else:
        notifier = None
        main, inbox = _on_sqlite(_file(parts))
    store = Store(main, inbox, clock, notifier=notifier, limits=limits, holder=holder, is_gone=is_gone)
    await store.start()
    return store


def database_file(url: str) -> Path | None:
    """The main file of an SQLite database; None for PostgreSQL. Raises `SettingsError`."""
    parts = _parts(url)
    return None if parts.drivername in postgres.NAMES else _file(parts)


def reach_server(url: str) -> str:
    """Version and address of a PostgreSQL database. Creates nothing there. Raises `SettingsError`."""
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
    """Jobs use locks, so each work item gets its own transaction; deliveries share transactions."""
    name = url.database or ""
    return (
        Writer(lambda: postgres.open_database(url, MAIN_SCHEMA), name, threads=CONNECTIONS, together=1),
        Writer(lambda: postgres.open_database(url, SHARED_INBOX_SCHEMA), name),
    )


def _parts(url: str) -> URL:
    """Parses the URL. Error messages omit it, because it may contain a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(f"DATABASE_URL is not a URL: {EXAMPLES}") from None
    if parts.drivername != "sqlite" and parts.drivername not in postgres.NAMES:
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
