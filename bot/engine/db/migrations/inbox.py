"""The migration steps of the inbox's schema."""

import zlib

from sqlalchemy import Connection, text

from bot.engine.db.migrations.statements import run, widen

_SIZES = """
    ALTER TABLE deliveries ADD COLUMN size INTEGER DEFAULT '0' NOT NULL;
    CREATE INDEX deliveries_received ON deliveries (received);
    CREATE TABLE bodies (delivery INTEGER NOT NULL, body {bytes} NOT NULL, PRIMARY KEY (delivery));
"""

_FAILURES = """
    ALTER TABLE deliveries ADD COLUMN failures INTEGER DEFAULT '0' NOT NULL;
    ALTER TABLE deliveries ADD COLUMN due {moment};
    CREATE INDEX deliveries_set_aside ON deliveries (number) WHERE read IS NOT NULL AND error IS NOT NULL;
"""


def _bodies_apart(connection: Connection) -> None:
    """To version 2. Release 0.1.0, with SQLite only, stored each body as text with its delivery."""
    run(connection, _SIZES)
    for number, body in connection.execute(text("SELECT number, body FROM deliveries")).all():
        packed = zlib.compress(body.encode())
        values = {"number": number, "body": packed, "size": len(packed)}
        connection.execute(text("INSERT INTO bodies VALUES (:number, :body)"), values)
        connection.execute(text("UPDATE deliveries SET size = :size WHERE number = :number"), values)
    run(connection, "ALTER TABLE deliveries DROP COLUMN body")


def _failed_deliveries(connection: Connection) -> None:
    """To version 3: 64-bit numbers, and deliveries that are put off or set aside."""
    widen(connection, "deliveries", ("number", "size"), "deliveries_number_seq")
    widen(connection, "bodies", ("delivery",))
    run(connection, _FAILURES)


STEPS = (_bodies_apart, _failed_deliveries)
