"""Opens an SQLite file the one way that is safe here: WAL, every commit on the disk, one writer."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.errors import SettingsError
from bot.engine.db.migrations import Schema, bring_up_to_date

BUSY_SECONDS = 15.0  # to wait for another process that holds the write lock


def open_file(path: Path, schema: Schema) -> Connection:
    """A connection to the file, made (private to this user) where it is missing, with its tables.

    Raises:
        SettingsError: the file cannot be used; the text says why.
    """
    try:
        _make_private(path)
        return _connect(path, schema)
    except OSError as error:
        raise SettingsError(f"DATABASE_URL: {error.filename or path}: {error.strerror}") from None
    except DBAPIError as error:
        raise SettingsError(f"DATABASE_URL: {path}: {error.orig}") from None


def _make_private(path: Path) -> None:
    """The directory and the file hold source code of private repositories."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _connect(path: Path, schema: Schema) -> Connection:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,  # an error would show private code in the log
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    connection = _patiently(engine)
    try:
        with connection.begin():
            bring_up_to_date(connection, schema, str(path))
    except BaseException:
        connection.close()
        engine.dispose()
        raise
    return connection


def _patiently(engine: Engine) -> Connection:
    """Turning on WAL does not wait for a busy file by itself."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > until:
                engine.dispose()
                raise
            time.sleep(0.02)


def _configure(connection: sqlite3.Connection, _record: Any) -> None:
    """`synchronous=FULL`: with NORMAL the last commits are lost when the power fails."""
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    """The write lock is taken at once: a lock that is upgraded later may fail halfway."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
