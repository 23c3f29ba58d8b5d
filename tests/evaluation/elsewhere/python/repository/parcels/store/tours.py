"""Tours: which parcels go where on a day."""

import sqlite3
from collections.abc import Sequence
from datetime import date


class TourStore:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def stops(self, day: date, driver: str) -> Sequence[tuple[int, str]]:
        """The parcels and addresses of a tour, in the order of the visit."""
        rows = self._connection.execute(
            "SELECT parcel_id, address FROM stops WHERE day = ? AND driver = ? ORDER BY position",
            (day.isoformat(), driver),
        )
        return rows.fetchall()

    def drivers(self, day: date) -> Sequence[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT driver FROM stops WHERE day = ? ORDER BY driver", (day.isoformat(),)
        )
        return [name for (name,) in rows]
