"""Deletes what nobody needs any more."""

import sqlite3
from datetime import datetime, timedelta

KEPT = timedelta(days=30)


def delivered_before(connection: sqlite3.Connection, moment: datetime) -> list[int]:
    """The delivered parcels that may be deleted at `moment`."""
    limit = (moment - KEPT).isoformat()
    rows = connection.execute(
        "SELECT id FROM parcels WHERE state = 'delivered' AND delivered_at < ?", (limit,)
    )
    return [number for (number,) in rows]


def delete_delivered(connection: sqlite3.Connection, moment: datetime) -> int:
    numbers = delivered_before(connection, moment)
    connection.executemany("DELETE FROM parcels WHERE id = ?", [(number,) for number in numbers])
    connection.commit()
    return len(numbers)


def delete_drafts(connection: sqlite3.Connection) -> int:
    """Deletes parcels that were never handed in."""
    done = connection.execute("DELETE FROM parcels WHERE state = 'draft'")
    connection.commit()
    return done.rowcount
