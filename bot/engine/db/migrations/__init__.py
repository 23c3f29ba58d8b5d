"""Schema versions and migrations.

A new database gets the present tables; an older one runs the missing steps. Both happen in one transaction
that holds the write lock, so that two processes that start at once see nothing or the complete result.

While servers are upgraded one by one, processes of two releases share the database. So a step only adds: what
an older release writes stays right, and what it does not know has a default. What nobody uses any more is
removed a release later, by a step that raises `readable_from`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

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
    change again. `versions` is the name of the table with the versions. `readable_from`: the oldest version
    whose release can work with the present tables; 0: none but the present one. `more` adds to new tables
    what `tables` cannot say.
    """

    tables: MetaData
    steps: tuple[Step, ...] = ()
    versions: str = "schema_version"
    readable_from: int = 0
    more: Step | None = None

    @property
    def version(self) -> int:
        return len(self.steps) + 1


MAIN_SCHEMA = Schema(MAIN, main.STEPS, readable_from=main.READABLE_FROM, more=main.count_by_month)
INBOX_SCHEMA = Schema(INBOX, inbox.STEPS)
SHARED_INBOX_SCHEMA = replace(INBOX_SCHEMA, versions="inbox_schema_version")  # beside the main tables


def bring_up_to_date(connection: Connection, schema: Schema, name: str) -> None:
    """Creates or migrates the tables. Call it in a transaction, on SQLite one that holds the write lock.

    Raises:
        SettingsError: the database `name` was written by a newer release that this one cannot work with.
    """
    lock(connection, "schema")
    found = _versions(connection, schema)
    if found is None:
        schema.tables.create_all(connection)
        if schema.more:
            schema.more(connection)
        table = _table(schema)
        table.create(connection)
        connection.execute(insert(table).values(_present(schema)))
    elif not _is_usable(found, schema, name):
        for step in schema.steps[found.steps - 1 :]:
            step(connection)
        _store(connection, schema)


def is_up_to_date(connection: Connection, schema: Schema, name: str) -> bool:
    """Whether there is nothing to create or to migrate. Call it in a transaction of its own: what it has read
    may not change until that ends. Raises `SettingsError` as `bring_up_to_date` does.
    """
    return _is_usable(_versions(connection, schema), schema, name)


class _Versions(NamedTuple):
    """`steps`: the version of the tables. `version`: the oldest one whose release can work with them; older
    releases know only this column, and refuse a version above their own.
    """

    version: int
    steps: int


def _is_usable(found: _Versions | None, schema: Schema, name: str) -> bool:
    """Whether there is nothing to do. Raises `SettingsError`."""
    if found is None or found.steps < schema.version:
        return False
    if found.version > schema.version:
        raise SettingsError(
            f"database {name} has schema version {found.steps}, but this release supports up to "
            f"{schema.version}: start a newer release, or set DATABASE_URL to another database"
        )
    return True


def _table(schema: Schema) -> Table:
    return Table(
        schema.versions,
        MetaData(),
        Column("version", Integer, primary_key=True),
        Column("steps", Integer),
    )


def _present(schema: Schema) -> dict[str, int]:
    return {"version": schema.readable_from or schema.version, "steps": schema.version}


def _versions(connection: Connection, schema: Schema) -> _Versions | None:
    """None for an empty database."""
    inspector = inspect(connection)
    if not inspector.has_table(schema.versions):
        return None
    names = {column["name"] for column in inspector.get_columns(schema.versions)}
    table = _table(schema)
    if "steps" not in names:  # as releases before version 8 left it
        version = connection.execute(select(table.c.version)).scalar_one()
        return _Versions(version, version)
    row = connection.execute(select(table)).one()
    return _Versions(row.version, max(row.steps or 0, row.version))


def _store(connection: Connection, schema: Schema) -> None:
    names = {column["name"] for column in inspect(connection).get_columns(schema.versions)}
    if "steps" not in names:
        connection.exec_driver_sql(f"ALTER TABLE {schema.versions} ADD COLUMN steps INTEGER")
    connection.execute(update(_table(schema)).values(_present(schema)))
