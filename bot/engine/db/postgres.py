"""PostgreSQL as the durable engine wants it: many processes on many machines share it."""

from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from bot.core.errors import SettingsError
from bot.engine.db.migrations import Schema, bring_up_to_date

DRIVER = "postgresql+psycopg"
NAMES = ("postgresql", "postgres", DRIVER)

# A server that is gone without a word is noticed in seconds, not in TCP's quarter of an hour.
_CONNECT = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "application_name": "code-review-bot",
}


def with_defaults(url: URL) -> URL:
    """The URL with our driver; what its own options say goes before ours."""
    return url.set(drivername=DRIVER, query={**_CONNECT, **url.query})


def dsn(url: URL) -> str:
    """As psycopg itself wants it."""
    return with_defaults(url).set(drivername="postgresql").render_as_string(hide_password=False)


def open_database(url: URL, schema: Schema) -> Connection:
    """A connection, with the tables of `schema` made or brought up to date.

    Raises:
        SettingsError: the database cannot be reached or used; the text says why, and holds no password.
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
    """The server's version, if it lets us in; makes nothing. Raises `SettingsError`."""
    engine = create_engine(with_defaults(url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SHOW server_version").scalar_one())
    except DBAPIError as error:
        raise SettingsError(f"DATABASE_URL: {_reason(error)}") from None
    finally:
        engine.dispose()


def _reason(error: DBAPIError) -> str:
    """The driver's words in one line; they name host, user and database, never the password."""
    return " ".join(str(error.orig).split())
