"""Adds a commit to an index."""

import hashlib
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bot.repository import limits


class TooLargeError(Exception):
    """The repository exceeds a limit; the text names it."""


class SourceFile(NamedTuple):
    """A file of a commit. `content` is None if the index must already hold the blob `git`."""

    path: str
    content: bytes | None
    git: str = ""


def git_id(content: bytes) -> str:
    """The id of a Git blob (SHA-1 repositories)."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def is_text(content: bytes) -> bool:
    """As Git decides it: no NUL in the first bytes."""
    return b"\0" not in content[:8000]


def add_commit(connection: sqlite3.Connection, name: str, files: Iterable[SourceFile]) -> int:
    """Stores the commit `name` with its files, and returns how many. Removes the commits that were not used
    for the longest time. Raises `TooLargeError`; nothing is stored then.
    """
    with _transaction(connection):
        known = connection.execute("SELECT id FROM commits WHERE name = ?", (name,)).fetchone()
        if known:
            [count] = connection.execute('SELECT count(*) FROM files WHERE "commit" = ?', known).fetchone()
            return int(count)
        commit = connection.execute(
            "INSERT INTO commits (name, used) VALUES (?, ?)", (name, time.time())
        ).lastrowid
        count = _add_files(connection, int(commit or 0), files)
        remove_old(connection, limits.COMMITS)
    return count


def _add_files(connection: sqlite3.Connection, commit: int, files: Iterable[SourceFile]) -> int:
    count, size = 0, 0
    for file in files:
        blob, length = _blob(connection, file)
        size += length
        count += 1
        if count > limits.FILES:
            raise TooLargeError(f"the repository has more than {limits.FILES:,} text files")
        if size > limits.TEXTS:
            raise TooLargeError(f"the repository has more than {limits.TEXTS // limits.MiB:,} MB of text")
        row = (commit, file.path, blob)
        connection.execute('INSERT OR REPLACE INTO files ("commit", path, blob) VALUES (?, ?, ?)', row)
    return count


def _blob(connection: sqlite3.Connection, file: SourceFile) -> tuple[int, int]:
    """The id and the size of the file's blob, which is stored if it is new."""
    git = file.git or git_id(file.content or b"")
    known = connection.execute("SELECT id, size FROM blobs WHERE git = ?", (git,)).fetchone()
    if known:
        return int(known[0]), int(known[1])
    if file.content is None:
        raise KeyError(git)
    packed = zlib.compress(file.content, 1)
    row = (git, len(file.content), packed)
    blob = connection.execute("INSERT INTO blobs (git, size, packed) VALUES (?, ?, ?)", row).lastrowid
    text = file.content.decode("utf-8", "replace")
    connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (blob, text))
    return int(blob or 0), len(file.content)


def remove_old(connection: sqlite3.Connection, most: int) -> None:
    """Removes all but the `most` commits that were used last, and the blobs that only they have."""
    connection.execute(
        "DELETE FROM commits WHERE id NOT IN (SELECT id FROM commits ORDER BY used DESC, id DESC LIMIT ?)",
        (most,),
    )
    unused = "SELECT id, packed FROM blobs WHERE NOT EXISTS (SELECT 1 FROM files WHERE blob = blobs.id)"
    for blob, packed in list(connection.execute(unused)):
        text = zlib.decompress(packed).decode("utf-8", "replace")
        connection.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (blob, text))
        connection.execute("DELETE FROM blobs WHERE id = ?", (blob,))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
