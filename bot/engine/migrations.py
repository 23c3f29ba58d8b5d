"""The version of a database's schema, and the way forward from an older one.

A new file gets the tables as they are now; an older one goes through the steps that it lacks. Both
happen inside one transaction that holds the write lock, so that two processes that start at once
find either nothing done or all of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, inspect, select, update

from bot.core.errors import SettingsError
from bot.engine.tables import INBOX, MAIN

Step = Callable[[Connection], None]

_versions = Table("schema_version", MetaData(), Column("version", Integer, primary_key=True))


@dataclass(frozen=True)
class Schema:
    """The tables as they are now. `steps[n]` leads from version n + 1 to version n + 2."""

    tables: MetaData
    steps: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        return len(self.steps) + 1


MAIN_SCHEMA = Schema(MAIN)
INBOX_SCHEMA = Schema(INBOX)


def bring_up_to_date(connection: Connection, schema: Schema, name: str) -> None:
    """Call it inside a transaction that holds the write lock.

    Raises:
        SettingsError: the database `name` was written by a newer release.
    """
    found = _version(connection)
    if found is None:
        schema.tables.create_all(connection)
        _versions.create(connection)
        connection.execute(insert(_versions).values(version=schema.version))
        return
    if found > schema.version:
        raise SettingsError(
            f"database {name} has schema version {found}, but this release knows up to {schema.version}: "
            "start a newer release, or set DATABASE_URL to another file"
        )
    for step in schema.steps[found - 1 :]:
        step(connection)
    if found < schema.version:
        connection.execute(update(_versions).values(version=schema.version))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(_versions.name):
        return None
    return int(connection.execute(select(_versions.c.version)).scalar_one())
