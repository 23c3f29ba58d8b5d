"""Runs the statements of a migration step on either database."""

from collections.abc import Sequence

from sqlalchemy import Connection

# The types and literals that differ between the databases.
_SPELLINGS = {
    "sqlite": {
        "serial": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
        "moment": "DATETIME",
        "bytes": "BLOB",
        "big": "INTEGER",
        "false": "0",
    },
    "postgresql": {
        "serial": "SERIAL PRIMARY KEY",
        "moment": "TIMESTAMP",
        "bytes": "BYTEA",
        "big": "BIGINT",
        "false": "false",
    },
}


def run(connection: Connection, script: str) -> None:
    """Runs statements separated by semicolons. `{serial}`, `{moment}`, `{bytes}`, `{big}` and `{false}` are
    replaced by the database's spelling.
    """
    statements = script.format(**_SPELLINGS[connection.dialect.name])
    for statement in statements.split(";"):
        if statement.strip():
            connection.exec_driver_sql(" ".join(statement.split()))


def widen(connection: Connection, table: str, columns: Sequence[str], sequence: str | None = None) -> None:
    """Widens integer columns of a table to 64 bits, and the `sequence` of its row numbers, if it has one.

    SQLite's integers have 64 bits already. PostgreSQL rewrites the table once for all columns.
    """
    if connection.dialect.name != "postgresql":
        return
    changes = ", ".join(f"ALTER COLUMN {column} TYPE BIGINT" for column in columns)
    run(connection, f"ALTER TABLE {table} {changes}")
    if sequence:
        run(connection, f"ALTER SEQUENCE {sequence} AS BIGINT")
