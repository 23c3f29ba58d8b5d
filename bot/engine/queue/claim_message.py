"""Sends a claim to PostgreSQL as one message: the lock, the changes, and the end of the transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Executable, Update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from bot.engine.db.safe_text import storable

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('claims', 0))"


def send(
    connection: Connection, statements: tuple[Update, Update], values: Mapping[str, object], most: int
) -> None:
    """Runs the first statement once and the second `most` times under the lock of claims, then commits.

    Raises:
        DBAPIError: the server refuses it, or the connection is lost.
    """
    first, each = map(_text, statements)
    message = ";".join([_LOCK, first, *[each] * most, "COMMIT"])
    stored = {name: _stored(value) for name, value in values.items()}
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        # Values go with the text, because a message of several statements has no parameters.
        psycopg.ClientCursor(driver).execute(message, stored)
    except psycopg.Error as error:
        lost = driver.broken or driver.closed
        raise DBAPIError.instance(
            "claim", None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost
        ) from error


@lru_cache(maxsize=16)
def _text(statement: Executable) -> str:
    """The statement with the names of its values in psycopg's form."""
    own = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=own, compile_kwargs={"render_postcompile": True}))  # type: ignore[attr-defined]


def _stored(value: object) -> object:
    """The value as the types of its column store it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return storable(value) if isinstance(value, str) else value
