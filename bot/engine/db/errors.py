"""Classifies database errors as temporary or permanent."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from bot.core.errors import DatabaseError, Retry, SettingsError

# Classes of temporary PostgreSQL SQLSTATEs: connection lost (08), transaction rollback (40), insufficient
# resources (53), object in use (55), operator intervention (57), system error (58).
_PASSING_CLASSES = ("08", "40", "53", "55", "57", "58")

# Single temporary states: the server is a standby until failover completes (25006), or it ended an idle
# transaction (25P03, 25P04).
_PASSING_STATES = ("25006", "25P03", "25P04")

# The connection is at fault, not the work: its prepared statements do not match the server's, because a
# pooler switched the server connection (26000, 42P05), or because a newer release changed the table (0A000);
# or the server became a standby (25006): another one accepts writes now.
_POOLED_STATES = ("26000", "42P05")
_STALE_STATES = (*_POOLED_STATES, "0A000", "25006")

_LOCK_TIMEOUT = "55P03"

_DEADLOCK_CLASS = "40"

# Temporary primary result codes of SQLite: busy, locked, out of memory, interrupted; the disk failed, is
# full, is mounted read-only or cannot be opened; a locking protocol error.
_PASSING_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_PRIMARY = 0xFF  # of an extended result code


def is_temporary(error: Exception) -> bool:
    """Whether the same work may succeed later: the database is unavailable, busy or full.

    An operational or interface error without a code is temporary: the connection broke. Invalid values,
    constraint violations and unknown names are permanent.
    """
    if isinstance(error, SettingsError):  # it was opened once, so it can be opened again
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY in _PASSING_SQLITE
    state = _state(error)
    if not state:
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return state.startswith(_PASSING_CLASSES) or state in _PASSING_STATES or state in _POOLED_STATES


def is_stale(error: Exception) -> bool:
    """Whether to retry the work on a new connection."""
    return isinstance(error, DBAPIError) and _state(error) in _STALE_STATES


def is_about_locks(error: DBAPIError) -> bool:
    """Whether another transaction held a lock for too long, or waited for one of ours in turn."""
    return _state(error) == _LOCK_TIMEOUT or _state(error).startswith(_DEADLOCK_CLASS)


def concerns_all(error: Exception) -> bool:
    """Whether any other work would fail now as well: the database is full, locked or unavailable.

    A deadlock is not such an error: it ends with the transaction.
    """
    state = _state(error) if isinstance(error, DBAPIError) else ""
    return is_temporary(error) and not state.startswith(_DEADLOCK_CLASS)


def translated(error: Exception, database: str) -> Exception:
    """The error as `Retry` or `DatabaseError`. Its text contains no values, which may be private code."""
    reason = getattr(error, "orig", None) or error
    if is_temporary(error):
        return Retry(f"database {database}: {_line(reason)}")
    if isinstance(error, SQLAlchemyError | OverflowError | UnicodeError):
        message = f"database {database} rejects it: {type(reason).__name__}: {_line(reason)}"
        return DatabaseError(message).with_traceback(error.__traceback__)
    return error


def _state(error: DBAPIError) -> str:
    """The SQLSTATE; empty if there is none."""
    return getattr(error.orig, "sqlstate", None) or ""


def _line(reason: object) -> str:
    """The message in one line, without PostgreSQL's details, which show whole rows."""
    message = getattr(getattr(reason, "diag", None), "message_primary", None) or str(reason)
    return " ".join(message.split())
