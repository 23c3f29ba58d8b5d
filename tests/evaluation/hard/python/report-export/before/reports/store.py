"""Reports in SQLite."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Query:
    projects: frozenset[str] = frozenset()  # empty: all
    since: date | None = None
    until: date | None = None
    nothing: bool = False


@dataclass(frozen=True)
class Report:
    id: int
    project: str
    title: str
    day: date
    amount_cents: int


class ReportStore:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def page(self, query: Query, offset: int, limit: int) -> list[Report]:
        where, values = _where(query)
        rows = self._connection.execute(
            f"SELECT id, project, title, day, amount_cents FROM reports WHERE {where} "
            "ORDER BY day DESC, id LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [_report(row) for row in rows]


def _where(query: Query) -> tuple[str, list[object]]:
    """A condition of constants and placeholders, and the values of these."""
    if query.nothing:
        return "FALSE", []
    parts: list[str] = ["TRUE"]
    values: list[object] = []
    if query.projects:
        parts.append(f"project IN ({', '.join('?' * len(query.projects))})")
        values += sorted(query.projects)
    if query.since:
        parts.append("day >= ?")
        values.append(query.since.isoformat())
    if query.until:
        parts.append("day < ?")
        values.append(query.until.isoformat())
    return " AND ".join(parts), values


def _report(row: tuple[int, str, str, str, int]) -> Report:
    number, project, title, day, amount = row
    return Report(number, project, title, date.fromisoformat(day), amount)
