"""Statements of a step, spelt for either database."""

from collections.abc import Sequence

from sqlalchemy import Connection

# What the two spell differently, for statements that are otherwise the same.
_SPELLINGS = {
    "sqlite": {
        "serial": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
        "moment": "DATETIME",
        "bytes": "BLOB",
        "false": "0",
    },
    "postgresql": {"serial": "SERIAL PRIMARY KEY", "moment": "TIMESTAMP", "bytes": "BYTEA", "false": "false"},
}


def run(connection: Connection, script: str) -> None:
    """Runs statements that are ended by semicolons. `{serial}`, `{moment}` and `{bytes}` stand for types that
    the databases spell differently.
    """
    spelt = script.format(**_SPELLINGS[connection.dialect.name])
    for statement in spelt.split(";"):
        if statement.strip():
            connection.exec_driver_sql(" ".join(statement.split()))


def widen(connection: Connection, table: str, columns: Sequence[str], sequence: str | None = None) -> None:
    """Makes integers of a table 64 bits wide, and the `sequence` that numbers its rows, if it has one.

    SQLite's are that wide already. PostgreSQL writes the table again, once for all of its columns.
    """
    if connection.dialect.name != "postgresql":
        return
    changes = ", ".join(f"ALTER COLUMN {column} TYPE BIGINT" for column in columns)
    run(connection, f"ALTER TABLE {table} {changes}")
    if sequence:
        run(connection, f"ALTER SEQUENCE {sequence} AS BIGINT")
