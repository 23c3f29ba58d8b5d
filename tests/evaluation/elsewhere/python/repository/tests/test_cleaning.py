import sqlite3
from datetime import datetime, timedelta

from parcels.jobs.cleaning import delivered_before

NOON = datetime(2026, 3, 2, 12)


def parcel(connection: sqlite3.Connection, days: int) -> None:
    connection.execute(
        "INSERT INTO parcels (state, delivered_at) VALUES ('delivered', ?)",
        ((NOON - timedelta(days=days)).isoformat(),),
    )


def test_a_customer_may_complain_during_the_whole_thirtieth_day(connection: sqlite3.Connection) -> None:
    parcel(connection, days=30)

    assert [] == delivered_before(connection, NOON)


def test_older_parcels_are_deleted(connection: sqlite3.Connection) -> None:
    parcel(connection, days=31)

    assert [1] == delivered_before(connection, NOON)
