"""Schema versions and migrations.

A new database gets the present tables; an older one runs the missing steps. Both happen in one transaction
that holds the write lock, so that two processes that start at once see nothing or the complete result.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, inspect, select, update

from bot.core.errors import SettingsError
from bot.engine.db.dialects import lock
from bot.engine.db.migrations import inbox, main
from bot.engine.db.tables import INBOX, MAIN

Step = Callable[[Connection], None]


@dataclass(frozen=True)
class Schema:
    """The present tables. `steps[n]` migrates from version n + 1 to version n + 2.

    A step never uses `tables`: it contains literal statements, so that it stays correct when the tables
    change again. `versions` is the name of the table with the version.
    """

    tables: MetaData
    steps: tuple[Step, ...] = ()
    versions: str = "schema_version"

    @property
    def version(self) -> int:
        return len(self.steps) + 1


MAIN_SCHEMA = Schema(MAIN, main.STEPS)
INBOX_SCHEMA = Schema(INBOX, inbox.STEPS)
SHARED_INBOX_SCHEMA = replace(INBOX_SCHEMA, versions="inbox_schema_version")  # beside the main tables


def bring_up_to_date(connection: Connection, schema: Schema, name: str) -> None:
    """Creates or migrates the tables. Call it in a transaction, on SQLite one that holds the write lock.

    Raises:
        SettingsError: the database `name` was written by a newer release.
    """
    lock(connection, "schema")
    versions = Table(schema.versions, MetaData(), Column("version", Integer, primary_key=True))
    version = _version(connection, versions)
    if version is None:
        schema.tables.create_all(connection)
        versions.create(connection)
        connection.execute(insert(versions).values(version=schema.version))
        return
    if version > schema.version:
        raise SettingsError(
            f"database {name} has schema version {version}, but this release supports up to "
            f"{schema.version}: start a newer release, or set DATABASE_URL to another database"
        )
    for step in schema.steps[version - 1 :]:
        step(connection)
    if version < schema.version:
        connection.execute(update(versions).values(version=schema.version))


def _version(connection: Connection, versions: Table) -> int | None:
    if not inspect(connection).has_table(versions.name):
        return None
    return int(connection.execute(select(versions.c.version)).scalar_one())
