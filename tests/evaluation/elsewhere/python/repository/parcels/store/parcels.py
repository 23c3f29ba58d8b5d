"""The table of parcels."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

Row = dict[str, Any]


class ParcelStore:
    """The parcels that one depot may see."""

    def __init__(self, connection: sqlite3.Connection, depot: int) -> None:
        self._connection = connection
        self._depot = depot

    def find(self, parcel: int) -> Row | None:
        return self._one("SELECT * FROM parcels WHERE id = ? AND depot_id = ?", parcel, self._depot)

    def waiting(self) -> Sequence[Row]:
        return self._all(
            "SELECT * FROM parcels WHERE state = 'waiting' AND depot_id = ? ORDER BY accepted_at",
            self._depot,
        )

    def add(self, reference: str, grams: int, accepted_at: datetime) -> int:
        done = self._connection.execute(
            "INSERT INTO parcels (depot_id, reference, grams, state, accepted_at) VALUES (?, ?, ?, 'waiting', ?)",
            (self._depot, reference, grams, accepted_at.isoformat()),
        )
        self._connection.commit()
        return int(done.lastrowid or 0)

    def move(self, parcel: int, state: str) -> None:
        """Changes the state of a parcel."""
        self._connection.execute("UPDATE parcels SET state = ? WHERE id = ?", (state, parcel))
        self._connection.commit()

    def _one(self, query: str, *values: object) -> Row | None:
        found = self._all(query, *values)
        return found[0] if found else None

    def _all(self, query: str, *values: object) -> Sequence[Row]:
        self._connection.row_factory = sqlite3.Row
        return [dict(row) for row in self._connection.execute(query, values)]

    def count(self) -> int:
        row = self._one("SELECT count(*) AS n FROM parcels")
        return int(row["n"]) if row else 0
