"""Reads a URL of PostgreSQL as libpq, SQLAlchemy and hosting providers write it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from bot.core.errors import SettingsError

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
EXAMPLE = "postgresql://user:password@host/database, or several hosts: @host1:5432,host2:5432/database"

# Detects a silently lost server in seconds instead of TCP's quarter of an hour. Of several hosts, and after a
# failover, only the one that accepts writes is used.
_DEFAULTS = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "target_session_attrs": "read-write",
    "application_name": "code-review-bot",
}
_OURS = ("prepare_threshold",)  # options of psycopg that others need for a pooler; we prepare nothing


def is_postgres(url: str) -> bool:
    return url.partition("://")[0].lower() in SCHEMES


def parameters(url: str, setting: str = "DATABASE_URL") -> Mapping[str, str]:
    """The parameters of libpq for the URL, with our defaults.

    Raises:
        SettingsError: it is no such URL. The text omits the URL, because it may contain a password.
    """
    import psycopg  # noqa: PLC0415 - takes long
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - takes long

    try:
        known = conninfo_to_dict(_as_libpq(url))
        for port in str(known.get("port") or 0).split(","):
            int(port or 0)  # which libpq reads only when it connects
    except (psycopg.Error, ValueError):
        raise SettingsError(f"{setting} is not a URL of PostgreSQL: use {EXAMPLE}") from None
    return _DEFAULTS | {name: str(value) for name, value in known.items() if value is not None}


def conninfo(known: Mapping[str, str]) -> str:
    """The parameters in the form in which libpq takes them."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - takes long

    return make_conninfo(**known)


def described(known: Mapping[str, str]) -> str:
    """Database and hosts for a message, without user and password."""
    return f"database {known.get('dbname', '')} at {known.get('host') or 'the local socket'}"


def _as_libpq(url: str) -> str:
    """The URL as libpq reads it, to which a "+" is no blank. SQLAlchemy names several hosts in the query,
    each with its port: `?host=h1:5432&host=h2:5432`.
    """
    parts = urlsplit(url)
    written = parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True)
    options = [(name, value) for name, value in written if name not in _OURS]
    hosts = [value for name, value in options if name == "host" and not value.startswith("/")]
    if len(hosts) > 1 or any(":" in host for host in hosts):
        pairs = [host.rpartition(":") if ":" in host else (host, "", "5432") for host in hosts]
        options = [(name, value) for name, value in options if name != "host"]
        options += [("host", ",".join(host for host, _, _ in pairs))]
        options += [("port", ",".join(port for _, _, port in pairs))]
    query = f"?{urlencode(options, quote_via=quote)}" if options else ""
    return f"postgresql://{parts.netloc}{parts.path}{query}"
