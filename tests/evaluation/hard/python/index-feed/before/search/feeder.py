"""Feeds the search index from the documents table."""

import logging
import sqlite3
from typing import Protocol

log = logging.getLogger(__name__)


class Index(Protocol):
    def put(self, documents: list[dict[str, object]]) -> None: ...

    def drop(self, ids: list[int]) -> None: ...


class Feeder:
    def __init__(self, connection: sqlite3.Connection, index: Index) -> None:
        self._connection = connection
        self._index = index

    def run(self) -> int:
        """Puts all documents into the index, and says how many."""
        rows = self._connection.execute("SELECT id, title, body, is_deleted FROM documents").fetchall()
        self._index.put([_document(row) for row in rows if not row[3]])
        self._index.drop([row[0] for row in rows if row[3]])
        return len(rows)


def _document(row: tuple[int, str, str, int]) -> dict[str, object]:
    number, title, body, _ = row
    return {"id": number, "title": title, "body": body}
