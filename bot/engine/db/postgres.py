"""Opens connections to a PostgreSQL server, directly or through a pooler. Many processes may share it."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import psycopg
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.core.errors import SettingsError
from bot.engine.db import errors
from bot.engine.db.clock import ServerClock
from bot.engine.db.migrations import Schema, bring_up_to_date, is_up_to_date
from bot.engine.db.postgres_address import conninfo

# Begins each transaction with its limits, in one message. They hold for the transaction, because a pooler
# gives the session to others afterwards. The server cuts off a process that vanishes inside a transaction
# before those that wait for its locks give up.
_BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    "SET LOCAL idle_in_transaction_session_timeout = '8s';"
    "SET LOCAL lock_timeout = '15s';"
    "SET LOCAL statement_timeout = '60s';"
    "SET LOCAL tcp_keepalives_idle = 10;"
    "SET LOCAL tcp_keepalives_interval = 5;"
    "SET LOCAL tcp_keepalives_count = 3"
)
# A migration gives way to those who use the tables: it waits a moment for a lock, during which others queue
# behind it, and then tries again. Its statements may take long.
_MIGRATION = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = 0"
_MIGRATION_PAUSE = 3.0  # seconds
_MIGRATION_PATIENCE = 300.0


class Server(NamedTuple):
    """What a connection tells about the server. `ahead`: the seconds by which this machine's clock is ahead
    of the server's.
    """

    version: str
    is_pooled: bool
    ahead: float
    most_connections: int
    synchronous: str


def open_database(known: Mapping[str, str], schema: Schema, clock: ServerClock) -> Connection:
    """A connection by these parameters of libpq, with the tables of `schema` created or migrated.

    Raises:
        SettingsError: the database is unreachable or unusable; the text says why, without the password.
    """
    engine = _engine(known, clock)
    try:
        connection = engine.connect()
        try:
            _migrate(connection, schema, known.get("dbname", ""))
        except BaseException:
            connection.close()
            raise
    except DBAPIError as error:
        engine.dispose()
        raise SettingsError(f"DATABASE_URL: {_reason(error)}") from None
    return connection


def reach(known: Mapping[str, str]) -> Server:
    """What the server is; creates nothing. Raises `SettingsError`."""
    clock = ServerClock()
    engine = _engine(known, clock)
    try:
        with engine.connect() as connection, connection.begin():

            def show(name: str) -> str:
                return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())

            return Server(
                version=show("server_version"),
                is_pooled=_is_pooled(connection),
                ahead=clock.ahead().total_seconds(),
                most_connections=int(show("max_connections")),
                synchronous=show("synchronous_standby_names"),
            )
    except DBAPIError as error:
        raise SettingsError(f"DATABASE_URL: {_reason(error)}") from None
    finally:
        engine.dispose()


def _engine(known: Mapping[str, str], clock: ServerClock) -> Engine:
    """Without the driver's transactions and prepared statements: a pooler may give each transaction another
    session, which does not know them.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(conninfo(known), autocommit=True, prepare_threshold=None),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(_BEGIN)
        if clock.is_due:
            clock.sync(lambda: _time(connection))

    event.listen(engine, "begin", begin)
    return engine


def _time(connection: Connection) -> datetime:
    time_: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return time_


def _is_pooled(connection: Connection) -> bool:
    """Whether another program is between us and the server: the process that works for us is another one than
    the one that greeted us.
    """
    greeted = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    return bool(greeted != connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def _migrate(connection: Connection, schema: Schema, name: str) -> None:
    """Creates or migrates the tables, as soon as nobody is in the way for long."""
    with connection.begin():
        if is_up_to_date(connection, schema, name):
            return
    until = time.monotonic() + _MIGRATION_PATIENCE
    while True:
        try:
            with connection.begin():
                connection.exec_driver_sql(_MIGRATION)
                bring_up_to_date(connection, schema, name)
        except DBAPIError as error:
            if not errors.is_about_locks(error) or time.monotonic() > until:
                raise
            time.sleep(_MIGRATION_PAUSE)
        else:
            return


def _reason(error: DBAPIError) -> str:
    """The driver's message in one line; it names host, user and database, never the password."""
    return " ".join(str(error.orig).split())
