"""The tables of an index."""

import sqlite3
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS commits (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, used REAL NOT NULL);
CREATE TABLE IF NOT EXISTS blobs (
  id INTEGER PRIMARY KEY, git TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, packed BLOB NOT NULL, outline TEXT
);
CREATE TABLE IF NOT EXISTS files (
  "commit" INTEGER NOT NULL REFERENCES commits ON DELETE CASCADE, path TEXT NOT NULL,
  blob INTEGER NOT NULL, test INTEGER NOT NULL, PRIMARY KEY ("commit", path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_blob ON files (blob, "commit");
CREATE INDEX IF NOT EXISTS files_test ON files (blob, "commit") WHERE test;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  text, content='', detail='none', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '_$'"
);
INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
"""

VERSION = 2  # of the tables; an index of another version is made anew
_CACHE = 64 * 1024  # KiB: a page that is evicted while a commit is added is written twice
WAIT = 60.0  # seconds for another process that writes


def connect(path: Path) -> sqlite3.Connection:
    """Opens the index, or creates it. A damaged file is replaced. Raises `sqlite3.Error`, `OSError`."""
    try:
        return _open(path)
    except sqlite3.DatabaseError:
        remove(path)
        return _open(path)


def remove(path: Path) -> None:
    """Deletes an index with its log, which would be taken for that of the next one."""
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        version = _version(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # what a crash damages is made anew
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        connection.execute("PRAGMA temp_store = MEMORY")
        if version == 0:
            connection.executescript(f"{_TABLES} PRAGMA user_version = {VERSION};")
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> int:
    """0 for a new file. Raises `sqlite3.DatabaseError` for one of another version."""
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError(f"version {version}")
    return int(version)
