"""Opens PostgreSQL connections, which many processes on many machines may share."""

from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from bot.core.errors import SettingsError
from bot.engine.db.migrations import Schema, bring_up_to_date

DRIVER = "postgresql+psycopg"
NAMES = ("postgresql", "postgres", DRIVER)

# Detects a silently lost server in seconds instead of TCP's quarter of an hour.
_CONNECT = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "application_name": "code-review-bot",
}


def with_defaults(url: URL) -> URL:
    """The URL with our driver; its own options override our defaults."""
    return url.set(drivername=DRIVER, query={**_CONNECT, **url.query})


def dsn(url: URL) -> str:
    """The URL in psycopg's format."""
    return with_defaults(url).set(drivername="postgresql").render_as_string(hide_password=False)


def open_database(url: URL, schema: Schema) -> Connection:
    """A connection, with the tables of `schema` created or migrated.

    Raises:
        SettingsError: the database is unreachable or unusable; the text says why, without the password.
    """
    engine = create_engine(
        with_defaults(url), poolclass=NullPool, isolation_level="READ COMMITTED", hide_parameters=True
    )
    try:
        connection = engine.connect()
        try:
            with connection.begin():
                bring_up_to_date(connection, schema, url.database or "")
        except BaseException:
            connection.close()
            raise
    except DBAPIError as error:
        engine.dispose()
        raise SettingsError(f"DATABASE_URL: {_reason(error)}") from None
    return connection


def reach(url: URL) -> str:
    """The server's version; creates nothing. Raises `SettingsError`."""
    engine = create_engine(with_defaults(url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SHOW server_version").scalar_one())
    except DBAPIError as error:
        raise SettingsError(f"DATABASE_URL: {_reason(error)}") from None
    finally:
        engine.dispose()


def _reason(error: DBAPIError) -> str:
    """The driver's message in one line; it names host, user and database, never the password."""
    return " ".join(str(error.orig).split())
