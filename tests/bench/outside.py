"""Reads the bot's database and metrics from another process."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import psycopg

BUSY = ("waiting", "running", "parked")
JOBS = "SELECT state, count(*) FROM jobs GROUP BY state"
UNREAD = "SELECT count(*) FROM deliveries WHERE read IS NULL"


class Database(Protocol):
    """Sizes are bytes, by item."""

    def jobs(self) -> dict[str, int]:
        """The number of jobs by state."""

    def unread(self) -> int:
        """Unread deliveries."""

    def sizes(self) -> dict[str, int]: ...


def is_idle(database: Database) -> bool:
    """Whether all received deliveries were processed."""
    jobs = database.jobs()
    return not any(jobs.get(state) for state in BUSY) and not database.unread()


@contextmanager
def looking_at(url: str) -> Iterator[Database]:
    """Opens the database, which must exist."""
    if url.startswith("sqlite:///"):
        yield _Files(Path(url.removeprefix("sqlite:///")))
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            yield _Server(connection)


async def metric(port: int, name: str) -> float:
    """The sum over all labels of a metric of the process that listens on `port`."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


class _Files:
    """Opens short connections: a long one could block the bot's WAL checkpoint."""

    def __init__(self, main: Path) -> None:
        self._main = main
        self._inbox = main.with_name(f"{main.stem}-inbox{main.suffix}")

    def jobs(self) -> dict[str, int]:
        return dict(_ask(self._main, JOBS))

    def unread(self) -> int:
        [(count,)] = _ask(self._inbox, UNREAD)
        return int(count)

    def sizes(self) -> dict[str, int]:
        names = {"main": self._main, "inbox": self._inbox}
        return {name: _size(path) for name, path in names.items()} | {
            f"{name}_wal": _size(path.with_name(f"{path.name}-wal")) for name, path in names.items()
        }


class _Server:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def jobs(self) -> dict[str, int]:
        return dict(self._connection.execute(JOBS).fetchall())

    def unread(self) -> int:
        return int(self._one(UNREAD))

    def sizes(self) -> dict[str, int]:
        inbox = int(self._one("SELECT pg_total_relation_size('deliveries')"))
        return {"main": int(self._one("SELECT pg_database_size(current_database())")) - inbox, "inbox": inbox}

    def _one(self, query: str) -> Any:
        row = self._connection.execute(query).fetchone()
        assert row
        return row[0]


def _ask(path: Path, query: str) -> Sequence[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as file:
        return file.execute(query).fetchall()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
