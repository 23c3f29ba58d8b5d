"""Adds a commit to an index."""

import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from bot.repository import limits
from bot.repository.index.nearness import is_test

BATCH = 1000  # files that are stored together
BATCH_TEXTS = 16 * limits.MiB  # bytes

_REMOVED = 500  # blobs that are removed together
_ADD_FILE = 'INSERT INTO files ("commit", path, blob, test) VALUES (?, ?, ?, ?)'


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


class _Batch(NamedTuple):
    """Files with the ids of their blobs."""

    files: list[tuple[str, SourceFile]]

    @property
    def contents(self) -> dict[str, bytes]:
        """The known contents by blob."""
        return {git: file.content for git, file in self.files if file.content is not None}


class _StoredBlob(NamedTuple):
    id: int
    size: int


def _add_files(connection: sqlite3.Connection, commit: int, files: Iterable[SourceFile]) -> int:
    """The paths are stored last and in order: each statement that may be undone alone makes FTS5 write all it
    holds, and paths in any order are written to all parts of their table.
    """
    count, size = 0, 0
    paths: dict[str, int] = {}  # to blobs; the last of several files of one name counts
    for batch in _batches(files):
        blobs = _store_blobs(connection, batch)
        count += len(batch.files)
        size += sum(blobs[git].size for git, _ in batch.files)
        _check_limits(count, size)
        paths.update((file.path, blobs[git].id) for git, file in batch.files)
    rows = ((commit, path, paths[path], is_test(path)) for path in sorted(paths))
    connection.executemany(_ADD_FILE, rows)
    return count


def _check_limits(count: int, size: int) -> None:
    if count > limits.FILES:
        raise TooLargeError(f"the repository has more than {limits.FILES:,} text files")
    if size > limits.TEXTS:
        raise TooLargeError(f"the repository has more than {limits.TEXTS // limits.MiB:,} MB of text")


def _batches(files: Iterable[SourceFile]) -> Iterator[_Batch]:
    """Batches of at most `BATCH` files, and of little more than `BATCH_TEXTS` bytes."""
    batch, size = _Batch([]), 0
    for file in files:
        batch.files.append((file.git or git_id(file.content or b""), file))
        size += len(file.content or b"")
        if len(batch.files) == BATCH or size > BATCH_TEXTS:
            yield batch
            batch, size = _Batch([]), 0
    yield batch


def _store_blobs(connection: sqlite3.Connection, batch: _Batch) -> dict[str, _StoredBlob]:
    """The blobs of the batch; new ones are stored. Raises `KeyError` for an unknown one without content."""
    wanted = dict.fromkeys(git for git, _ in batch.files)
    known = known_blobs(connection, wanted)
    contents = batch.contents
    new = {git: contents[git] for git in wanted if git not in known}
    [first] = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM blobs").fetchone()
    stored = {git: _StoredBlob(at, len(content)) for at, (git, content) in enumerate(new.items(), first)}
    blobs = ((stored[git].id, git, len(content), zlib.compress(content, 1)) for git, content in new.items())
    connection.executemany("INSERT INTO blobs (id, git, size, packed) VALUES (?, ?, ?, ?)", blobs)
    words = ((stored[git].id, content.decode("utf-8", "replace")) for git, content in new.items())
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", words)
    return known | stored


def known_blobs(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, _StoredBlob]:
    """Those of the blobs that the index holds, by their Git ids."""
    query = "SELECT git, id, size FROM blobs WHERE git IN (SELECT value FROM json_each(?))"
    rows = connection.execute(query, (json.dumps(list(ids)),))
    return {git: _StoredBlob(blob, size) for git, blob, size in rows}


def remove_old(connection: sqlite3.Connection, most: int) -> None:
    """Removes all but the `most` commits that were used last, and the blobs that only they have."""
    connection.execute(
        "DELETE FROM commits WHERE id NOT IN (SELECT id FROM commits ORDER BY used DESC, id DESC LIMIT ?)",
        (most,),
    )
    unused = "SELECT id FROM blobs WHERE NOT EXISTS (SELECT 1 FROM files WHERE blob = blobs.id)"
    ids = [blob for (blob,) in connection.execute(unused)]
    for start in range(0, len(ids), _REMOVED):
        _remove_blobs(connection, ids[start : start + _REMOVED])


def _remove_blobs(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    query = "SELECT id, packed FROM blobs WHERE id IN (SELECT value FROM json_each(?))"
    packed = connection.execute(query, (json.dumps(ids),)).fetchall()
    texts = ((blob, zlib.decompress(text).decode("utf-8", "replace")) for blob, text in packed)
    connection.executemany("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", texts)
    connection.executemany("DELETE FROM blobs WHERE id = ?", ((blob,) for blob in ids))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
