"""Opens an SQLite file with safe settings: WAL, every commit synced to disk, one writer."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.errors import SettingsError
from bot.engine.db.migrations import Schema, bring_up_to_date

# WAL needs memory that all processes share, which no file system of another machine gives.
REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs", "fuse.sshfs"}
)
_MOUNTS = Path("/proc/self/mountinfo")

BUSY_SECONDS = 15.0  # to wait for another process's write lock


def open_file(path: Path, schema: Schema) -> Connection:
    """A connection to the file, with its tables; creates a missing file, readable by this user only.

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
    """Restricts access: the directory and the file contain source code of private repositories."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kind = file_system(path.parent)
    if kind in REMOTE:
        raise SettingsError(
            f"DATABASE_URL: {path} is on a network file system ({kind}), where SQLite can lose data: use a "
            "local disk, or PostgreSQL for several machines"
        )
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def file_system(directory: Path) -> str:
    """The kind of the file system of a directory, by the name of Linux; empty where that is not told."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    resolved = directory.resolve()
    kinds: dict[int, str] = {}
    for line in lines:
        before, _, after = line.partition(" - ")
        mounted = Path(before.split()[4].encode().decode("unicode_escape"))  # a blank is written as \\040
        if resolved.is_relative_to(mounted):
            kinds[len(mounted.parts)] = after.split()[0]
    return kinds[max(kinds)] if kinds else ""


def _connect(path: Path, schema: Schema) -> Connection:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,  # they would show private code in the log
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    connection = _connect_when_unlocked(engine)
    try:
        with connection.begin():
            bring_up_to_date(connection, schema, str(path))
    except BaseException:
        connection.close()
        engine.dispose()
        raise
    return connection


def _connect_when_unlocked(engine: Engine) -> Connection:
    """Retries, because turning on WAL does not wait for a locked file."""
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
    """Uses `synchronous=FULL`: with NORMAL, a power failure loses the last commits."""
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    """Acquires the write lock at once: upgrading a read lock later may fail."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
