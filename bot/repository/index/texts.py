"""The files of one commit in an index: their texts, their outlines, and which of them contain a word."""

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.repository import limits
from bot.repository.outlines import Definition, grammar_of, outline

# Stored while a file is parsed for the first and for the second time.
_ATTEMPTS = ("?", "??")


@dataclass
class IndexedFile:
    """A file of the commit; its text and outline are read when they are needed."""

    connection: sqlite3.Connection = field(repr=False)
    path: str
    blob: int

    @cached_property
    def content(self) -> bytes:
        [packed] = self.connection.execute("SELECT packed FROM blobs WHERE id = ?", (self.blob,)).fetchone()
        return zlib.decompress(packed)

    @cached_property
    def lines(self) -> Sequence[str]:
        return self.content.decode("utf-8", "replace").split("\n")

    @cached_property
    def outline(self) -> Sequence[Definition]:
        """Parsed once, then stored with the blob. Empty for a file with which the process ended twice."""
        if grammar_of(self.path) is None:
            return ()
        [stored] = self.connection.execute("SELECT outline FROM blobs WHERE id = ?", (self.blob,)).fetchone()
        attempts = len(stored) if stored in _ATTEMPTS else 0
        if stored and not attempts:
            return [Definition(*row) for row in json.loads(stored)]
        if attempts == len(_ATTEMPTS):
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
    """The files of the commit `name`. Raises `KeyError` if the index does not hold it."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        found = connection.execute("SELECT id FROM commits WHERE name = ?", (name,)).fetchone()
        if found is None:
            raise KeyError(name)
        self._connection = connection
        self._commit = int(found[0])

    def file(self, path: str) -> IndexedFile | None:
        query = 'SELECT blob FROM files WHERE "commit" = ? AND path = ?'
        found = self._connection.execute(query, (self._commit, path)).fetchone()
        return IndexedFile(self._connection, path, found[0]) if found else None

    def files(self) -> Iterator[IndexedFile]:
        """All files, by path."""
        query = 'SELECT path, blob FROM files WHERE "commit" = ? ORDER BY path'
        for path, blob in self._connection.execute(query, (self._commit,)):
            yield IndexedFile(self._connection, path, blob)

    def with_words(self, *words: str) -> list[IndexedFile]:
        """The files that contain all of `words`, at most `CANDIDATES`; candidates, since case is ignored."""
        quoted = " ".join(f'"{word}"' for word in words if '"' not in word)
        query = (
            "SELECT path, blob FROM words JOIN files ON blob = words.rowid "
            'WHERE words MATCH ? AND "commit" = ? ORDER BY path LIMIT ?'
        )
        found = self._connection.execute(query, (quoted, self._commit, limits.CANDIDATES))
        return [IndexedFile(self._connection, path, blob) for path, blob in found]
