"""What a database's refusal means: it passes by itself, or it is a bug and comes again each time."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from bot.core.errors import DatabaseError, Retry, SettingsError

# SQLSTATEs of PostgreSQL that pass, by class: the connection is lost (08), two transactions were in each
# other's way (40), the disk, the memory or the connections are used up (53), somebody else holds what is
# needed (55), an operator or a shutdown is in the way (57), the server's own disk failed (58).
_PASSING_CLASSES = ("08", "40", "53", "55", "57", "58")

# Single states that pass: the server is a standby until the switch is complete (25006), it ended a
# transaction that stood still (25P03, 25P04).
_PASSING_STATES = ("25006", "25P03", "25P04")

# The connection is at fault, not the work: its prepared statements are not the server's, because a pooler
# lent the server's connection to somebody else (26000, 42P05), or because a newer release changed the table
# (0A000).
_POOLED_STATES = ("26000", "42P05")
_STALE_STATES = (*_POOLED_STATES, "0A000")

_DEADLOCK_CLASS = "40"

# SQLite's primary result codes that pass: busy, locked, out of memory, interrupted, the disk failed, is full,
# was mounted read-only or cannot be opened, or two processes disagree about a lock.
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


def passes(error: Exception) -> bool:
    """Whether the same work may succeed later: the database is away, busy or full.

    An error without a code passes where the driver speaks of its operation or its interface: such are
    connections that break off. Values that do not fit, constraints and unknown names never pass.
    """
    if isinstance(error, SettingsError):  # it could be opened once, so it will be again
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
    """Whether the work should be tried on a new connection."""
    return isinstance(error, DBAPIError) and _state(error) in _STALE_STATES


def concerns_all(error: Exception) -> bool:
    """Whether any other work would fail now as well: the database is full, locked or gone.

    A deadlock does not: it ends with the transaction.
    """
    state = _state(error) if isinstance(error, DBAPIError) else ""
    return passes(error) and not state.startswith(_DEADLOCK_CLASS)


def named(error: Exception, database: str) -> Exception:
    """The error as callers know it. Its text holds no values, which may be private code."""
    reason = getattr(error, "orig", None) or error
    if passes(error):
        return Retry(f"database {database}: {_line(reason)}")
    if isinstance(error, SQLAlchemyError | OverflowError | UnicodeError):
        told = f"database {database} refuses it: {type(reason).__name__}: {_line(reason)}"
        return DatabaseError(told).with_traceback(error.__traceback__)
    return error


def _state(error: DBAPIError) -> str:
    """The SQLSTATE, where there is one."""
    return getattr(error.orig, "sqlstate", None) or ""


def _line(reason: object) -> str:
    """In one line, without the details, in which PostgreSQL shows whole rows."""
    told = getattr(getattr(reason, "diag", None), "message_primary", None) or str(reason)
    return " ".join(told.split())
