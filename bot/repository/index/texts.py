"""The files of one commit in an index: their texts, their outlines, and which of them contain a word."""

import fnmatch
import heapq
import json
import math
import re
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.repository import limits
from bot.repository.index.nearness import Nearness, is_setting
from bot.repository.outlines import Definition, grammar_of, outline

MATCHES = 100_000  # blobs that contain a word
TEST_MATCHES = 20_000  # the same for each name that tests are searched for

# The planner, left alone, goes through all files of the commit.
_CONTAINING = (
    "SELECT path, blob FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?) AS found "
    'CROSS JOIN files INDEXED BY files_blob ON blob = found.rowid AND "commit" = ?'
)
_TESTS_CONTAINING = (
    "SELECT path, blob FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?) AS found "
    'CROSS JOIN files INDEXED BY files_test ON blob = found.rowid AND "commit" = ? AND test'
)

# Stored while a file is parsed for the first and for the second time.
_ATTEMPTS = ("?", "??")


class ParsingTime:
    """The time within which files are parsed for one look-up; `is_exceeded`: a file was left out."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.is_exceeded = False

    def is_over(self) -> bool:
        self.is_exceeded = self.is_exceeded or time.monotonic() > self._end
        return self.is_exceeded


@dataclass
class IndexedFile:
    """A file of the commit; its text and outline are read when they are needed."""

    connection: sqlite3.Connection = field(repr=False)
    path: str
    blob: int
    time: ParsingTime

    @cached_property
    def content(self) -> bytes:
        [packed] = self.connection.execute("SELECT packed FROM blobs WHERE id = ?", (self.blob,)).fetchone()
        return zlib.decompress(packed)

    @cached_property
    def lines(self) -> Sequence[str]:
        return self.content.decode("utf-8", "replace").split("\n")

    @cached_property
    def outline(self) -> Sequence[Definition]:
        """Parsed once, then stored with the blob. Empty for a file with which the process ended twice, and
        for one that is not parsed yet when the time is over.
        """
        if grammar_of(self.path) is None:
            return ()
        [stored] = self.connection.execute("SELECT outline FROM blobs WHERE id = ?", (self.blob,)).fetchone()
        attempts = len(stored) if stored in _ATTEMPTS else 0
        if stored and not attempts:
            return [Definition(*row) for row in json.loads(stored)]
        if attempts == len(_ATTEMPTS) or self.time.is_over():
            return ()
        self._store(_ATTEMPTS[attempts])
        found = outline(self.path, self.content)
        self._store(json.dumps(found))
        return found

    def _store(self, text: str) -> None:
        self.connection.execute("UPDATE blobs SET outline = ? WHERE id = ?", (text, self.blob))

    def around(self, line: int) -> Definition | None:
        """The innermost definition that contains `line`."""
        holding = [found for found in self.outline if found.line <= line <= found.end]
        return min(holding, key=lambda found: found.end - found.line, default=None)


class CommitTexts:
    """The files of the commit `name`, parsed for at most `seconds`. Raises `KeyError` if the index does not
    hold it.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, seconds: float = math.inf) -> None:
        found = connection.execute("SELECT id FROM commits WHERE name = ?", (name,)).fetchone()
        if found is None:
            raise KeyError(name)
        self._connection = connection
        self._commit = int(found[0])
        self.time = ParsingTime(seconds)

    def file(self, path: str) -> IndexedFile | None:
        query = 'SELECT blob FROM files WHERE "commit" = ? AND path = ?'
        found = self._connection.execute(query, (self._commit, path)).fetchone()
        return IndexedFile(self._connection, path, found[0], self.time) if found else None

    def files(self) -> Iterator[IndexedFile]:
        """All files, by path."""
        query = 'SELECT path, blob FROM files WHERE "commit" = ? ORDER BY path'
        for path, blob in self._connection.execute(query, (self._commit,)):
            yield IndexedFile(self._connection, path, blob, self.time)

    def with_words(self, *words: str, near: Nearness, glob: str = "") -> list[IndexedFile]:
        """The `CANDIDATES` files closest to `near` that match the glob and contain all of `words`, the
        closest first; candidates, since case is ignored.
        """
        rows = self._connection.execute(_CONTAINING, (_quoted(words), MATCHES, self._commit))
        found = ((path, blob) for path, blob in rows if matches(path, glob))
        closest = heapq.nsmallest(limits.CANDIDATES, found, key=lambda row: near(row[0]))
        return [IndexedFile(self._connection, path, blob, self.time) for path, blob in closest]

    def settings(self) -> list[IndexedFile]:
        """The first `CANDIDATES` files with settings, queries and scripts, by the length of their paths."""
        query = 'SELECT path, blob FROM files WHERE "commit" = ?'
        rows = self._connection.execute(query, (self._commit,))
        settings = (row for row in rows if is_setting(row[0]))
        found = heapq.nsmallest(limits.CANDIDATES, settings, key=lambda row: (len(row[0]), row[0]))
        return [IndexedFile(self._connection, path, blob, self.time) for path, blob in found]

    def ending_with(self, path: str) -> IndexedFile | None:
        """The only file whose path ends with the last name of `path` and as much of the rest as is there."""
        name = path.rpartition("/")[2]
        query = 'SELECT path, blob FROM files WHERE "commit" = ? AND path LIKE ? ESCAPE ?'
        escaped = re.sub(r"([%_!])", r"!\1", name)
        rows = self._connection.execute(query, (self._commit, f"%/{escaped}", "!")).fetchmany(2)
        if len(rows) != 1:
            return None
        found, blob = rows[0]
        return IndexedFile(self._connection, found, blob, self.time)

    def tests_with_word(self, word: str) -> list[IndexedFile]:
        """The tests that contain a word, as far as they are among the first files that do."""
        rows = self._connection.execute(_TESTS_CONTAINING, (_quoted((word,)), TEST_MATCHES, self._commit))
        return [IndexedFile(self._connection, path, blob, self.time) for path, blob in rows]


def matches(path: str, glob: str) -> bool:
    """Whether the glob is empty, matches the path, or names a directory that contains it."""
    return not glob or fnmatch.fnmatchcase(path, glob) or path.startswith(f"{glob.rstrip('/')}/")


def _quoted(words: Iterable[str]) -> str:
    """A query of FTS5 for all words."""
    return " ".join(f'"{word}"' for word in words if '"' not in word)
