"""Feeds the search index with what has changed in the documents table."""

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

BATCH = 500
SETTLE_SECONDS = 5
"""Younger changes are left for the next run, as an open transaction may add to them. None is open for so long."""

log = logging.getLogger(__name__)


class Index(Protocol):
    def put(self, documents: list[dict[str, object]]) -> None: ...

    def drop(self, ids: list[int]) -> None: ...


class Position(NamedTuple):
    """The last row that the index has taken."""

    updated_at: int
    id: int


class Row(NamedTuple):
    id: int
    title: str
    body: str
    is_deleted: int
    updated_at: int


class Feeder:
    def __init__(
        self,
        connection: sqlite3.Connection,
        index: Index,
        name: str = "main",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._connection = connection
        self._index = index
        self._name = name
        self._clock = clock

    def run(self) -> int:
        """Puts the changed documents into the index, and says how many."""
        until = int(self._clock()) - SETTLE_SECONDS
        position = self._position()
        count = 0
        while rows := self._batch(position, until):
            self._feed(rows)
            position = Position(rows[-1].updated_at, rows[-1].id)
            self._remember(position)
            count += len(rows)
        log.info("%s: %d documents, up to %d", self._name, count, position.updated_at)
        return count

    def _batch(self, position: Position, until: int) -> list[Row]:
        rows = self._connection.execute(
            """
            SELECT id, title, body, is_deleted, updated_at FROM documents
            WHERE (updated_at, id) > (?, ?) AND updated_at <= ?
            ORDER BY updated_at, id LIMIT ?
            """,
            (*position, until, BATCH),
        )
        return [Row(*row) for row in rows]

    def _feed(self, rows: list[Row]) -> None:
        self._index.put([_document(row) for row in rows if not row.is_deleted])
        # The index takes no empty lists of deletions, but ignores ids that it does not know.
        if gone := [row.id for row in rows if row.is_deleted]:
            self._index.drop(gone)

    def _position(self) -> Position:
        found = self._connection.execute(
            "SELECT updated_at, id FROM feed_state WHERE name = ?", (self._name,)
        ).fetchone()
        return Position(*found) if found else Position(-1, -1)

    def _remember(self, position: Position) -> None:
        with self._connection:
            self._connection.execute(
                """
                INSERT INTO feed_state (name, updated_at, id) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at, id = excluded.id
                """,
                (self._name, *position),
            )


def _document(row: Row) -> dict[str, object]:
    return {"id": row.id, "title": row.title, "body": row.body}
