"""Deletes old rows and rows beyond a size limit, but never unfinished ones.

Deletes in small batches, so that other work does not wait. SQLite reuses the pages, but the file does not
shrink.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, exists, func, select

from bot.core.jobs import JobState
from bot.core.llm.budget import month_of
from bot.engine.db.clock import Clock
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import (
    announcements,
    bodies,
    deliveries,
    findings,
    in_state,
    jobs,
    journal,
    months,
    remarks,
    reservations,
    reviews,
    spendings,
    troubles,
)

BATCH = 500  # rows of one transaction
MIN_AGE = timedelta(hours=25)  # younger rows are kept at any size: a waiting review may need them


@dataclass(frozen=True)
class RetentionLimits:
    """How long rows are kept, and up to which total size (bytes; 0: unlimited)."""

    deliveries: timedelta = timedelta(days=7)
    jobs: timedelta = timedelta(days=90)
    journal: timedelta = timedelta(days=30)
    reviews: timedelta = timedelta(days=365)
    deliveries_size: int = 0
    journal_size: int = 0
    reviews_size: int = 0


class Retention:
    def __init__(self, main: Writer, inbox: Writer, clock: Clock) -> None:
        self._main = main
        self._inbox = inbox
        self._clock = clock

    async def prune(self, limits: RetentionLimits) -> Mapping[str, int]:
        """Deletes the rows beyond `limits`; returns how many, by table."""
        now = self._clock()
        read = deliveries.c.read.is_not(None)
        ended = in_state(JobState.DONE, JobState.FAILED, JobState.SUPERSEDED, JobState.CANCELLED)
        orphan = ~exists().where(jobs.c.id == troubles.c.job)
        open_pulls = select(jobs.c.lane).where(~ended)
        old = {
            "deliveries": (self._inbox, deliveries, read & (deliveries.c.received < now - limits.deliveries)),
            "bodies": (self._inbox, bodies, ~exists().where(deliveries.c.number == bodies.c.delivery)),
            "jobs": (self._main, jobs, ended & (jobs.c.updated < now - limits.jobs)),
            "troubles": (self._main, troubles, orphan),
            "journal": (self._main, journal, journal.c.created < now - limits.journal),
            "reviews": (self._main, reviews, reviews.c.created < now - limits.reviews),
            "remarks": (self._main, remarks, remarks.c.created < now - limits.reviews),
            "spendings": (self._main, spendings, spendings.c.month < month_of(now - limits.reviews)),
            "months": (self._main, months, months.c.month < month_of(now - limits.reviews)),
            "reservations": (self._main, reservations, reservations.c.until < now - MIN_AGE),
            "findings": (self._main, findings, findings.c.updated < now - limits.reviews),
            "announcements": (
                self._main,
                announcements,
                (announcements.c.created < now - limits.reviews) & announcements.c.pull.not_in(open_pulls),
            ),
        }
        deleted = {name: await self._delete(*parts) for name, parts in old.items()}
        settled = now - MIN_AGE
        for writer, table, moment, size, where in (
            (self._inbox, deliveries, deliveries.c.received, limits.deliveries_size, read),
            (self._main, journal, journal.c.created, limits.journal_size, journal.c.created < settled),
            (self._main, reviews, reviews.c.created, limits.reviews_size, reviews.c.created < settled),
        ):
            if size:
                deleted[table.name] += await self._shrink(writer, table, moment, size, where)
        return {name: count for name, count in deleted.items() if count}

    async def _shrink(
        self,
        writer: Writer,
        table: Table,
        moment: Column[datetime],
        size: int,
        where: ColumnElement[bool],
    ) -> int:
        """Deletes the oldest rows until the others have at most `size` bytes."""
        limit = await writer.run(lambda connection: _newest_too_much(connection, table, moment, size))
        return await self._delete(writer, table, where & (moment <= limit)) if limit else 0

    async def _delete(self, writer: Writer, table: Table, where: ColumnElement[bool]) -> int:
        total = 0
        while (count := await writer.run(lambda connection: _delete_some(connection, table, where))) > 0:
            total += count
        return total


def _newest_too_much(
    connection: Connection, table: Table, moment: Column[datetime], size: int
) -> datetime | None:
    """The time of the newest row that exceeds `size` together with all newer rows."""
    running = func.sum(table.c.size).over(order_by=moment.desc()).label("together")
    sums = select(moment.label("moment"), running).subquery()
    query = select(func.max(sums.c.moment)).where(sums.c.together > size)
    return connection.execute(query).scalar_one_or_none()


def _delete_some(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    first = next(iter(table.primary_key.columns))
    some = select(first).where(where).limit(BATCH)
    return connection.execute(delete(table).where(where, first.in_(some))).rowcount
