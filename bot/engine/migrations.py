"""The version of a database's schema, and the way forward from an older one.

A new database gets the tables as they are now; an older one goes through the steps that it lacks. Both
happen inside one transaction that holds the write lock, so that two processes that start at once
find either nothing done or all of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateColumn

from bot.core.errors import SettingsError
from bot.engine.dialects import lock
from bot.engine.inbox import pack
from bot.engine.tables import (
    DELIVERY_INDEXES,
    INBOX,
    JOB_INDEXES,
    MAIN,
    REVIEW_INDEXES,
    bodies,
    deliveries,
    dismissals,
    findings,
    jobs,
    journal,
    reservations,
    reviews,
    spendings,
    summaries,
)

Step = Callable[[Connection], None]


def _add(connection: Connection, table: Table, *names: str) -> None:
    """Adds columns as they are now; each has a default, or may be empty."""
    for name in names:
        column = CreateColumn(table.c[name]).compile(dialect=connection.dialect)
        connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column}"))


def _jobs_in_fair_order(connection: Connection) -> None:
    """Release 0.1.0 knew no repositories, turns, endings; it kept its waiting jobs in order of due time."""
    _add(connection, jobs, "repository", "installation", "turn", "ready", "served", "ending", "failures")
    for name in ("jobs_claimable", "jobs_queued", "jobs_running", "jobs_leased", "jobs_state"):
        connection.execute(text(f"DROP INDEX {name}"))  # no query could use them, or one used them badly
    MAIN.create_all(connection)  # the tables that are missing
    for index in JOB_INDEXES:
        index.create(connection)
    for row in connection.execute(select(jobs.c.id, jobs.c.task, jobs.c.attempt)).all():
        pull = row.task.pull
        known = {"repository": pull.repository, "installation": pull.installation, "turn": row.id}
        connection.execute(update(jobs).where(jobs.c.id == row.id).values(**known, served=row.attempt > 0))


def _sizes(connection: Connection) -> None:
    _add(connection, journal, "size")
    _add(connection, reviews, "size")
    _add(connection, summaries, "renewed")
    connection.execute(text("UPDATE journal SET size = length(completion)"))
    connection.execute(update(reviews).values(size=func.coalesce(func.length(reviews.c.change), 0)))
    for index in REVIEW_INDEXES:
        index.create(connection)


def _second(connection: Connection) -> None:
    _jobs_in_fair_order(connection)
    _sizes(connection)


def _third(connection: Connection) -> None:
    for table in (findings, dismissals, spendings, reservations):
        table.create(connection, checkfirst=True)  # there already where the second step made all tables
    _add(connection, reviews, "transcript")


def _fourth(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE reviews ADD COLUMN estimated BOOLEAN DEFAULT false NOT NULL"))


def _second_inbox(connection: Connection) -> None:
    """Release 0.1.0 kept each body, as text, beside what is known of the delivery."""
    _add(connection, deliveries, "size")
    for index in DELIVERY_INDEXES:
        index.create(connection)
    bodies.create(connection)
    for number, body in connection.execute(text("SELECT number, body FROM deliveries")).all():
        packed = pack(body)
        connection.execute(insert(bodies).values(delivery=number, body=packed))
        connection.execute(update(deliveries).where(deliveries.c.number == number).values(size=len(packed)))
    connection.execute(text("ALTER TABLE deliveries DROP COLUMN body"))


@dataclass(frozen=True)
class Schema:
    """The tables as they are now. `steps[n]` leads from version n + 1 to version n + 2.

    `versions` names the table that holds the version.
    """

    tables: MetaData
    steps: tuple[Step, ...] = ()
    versions: str = "schema_version"

    @property
    def version(self) -> int:
        return len(self.steps) + 1


MAIN_SCHEMA = Schema(MAIN, (_second, _third, _fourth))
INBOX_SCHEMA = Schema(INBOX, (_second_inbox,))
SHARED_INBOX_SCHEMA = replace(INBOX_SCHEMA, versions="inbox_schema_version")  # beside the main tables


def bring_up_to_date(connection: Connection, schema: Schema, name: str) -> None:
    """Call it inside a transaction; on SQLite one that holds the write lock.

    Raises:
        SettingsError: the database `name` was written by a newer release.
    """
    lock(connection, "schema")
    versions = Table(schema.versions, MetaData(), Column("version", Integer, primary_key=True))
    found = _version(connection, versions)
    if found is None:
        schema.tables.create_all(connection)
        versions.create(connection)
        connection.execute(insert(versions).values(version=schema.version))
        return
    if found > schema.version:
        raise SettingsError(
            f"database {name} has schema version {found}, but this release knows up to {schema.version}: "
            "start a newer release, or set DATABASE_URL to another database"
        )
    for step in schema.steps[found - 1 :]:
        step(connection)
    if found < schema.version:
        connection.execute(update(versions).values(version=schema.version))


def _version(connection: Connection, versions: Table) -> int | None:
    if not inspect(connection).has_table(versions.name):
        return None
    return int(connection.execute(select(versions.c.version)).scalar_one())
