"""Forgets what is old or too much. What is not done with yet is never forgotten.

Little at a time, so that nobody waits for it. The pages of an SQLite file are used again, but the file
does not shrink.
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
    remarks,
    reservations,
    reviews,
    spendings,
    troubles,
)

BATCH = 500  # rows of one transaction
UNTOUCHED = timedelta(hours=25)  # what a review that still waits may need is kept, however large


@dataclass(frozen=True)
class RetentionLimits:
    """For how long things are kept, and up to which size (bytes; 0: whatever it takes)."""

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

    async def prune(self, keep: RetentionLimits) -> Mapping[str, int]:
        """Forgets what `keep` does not keep; how many rows that were, by table."""
        now = self._clock()
        read = deliveries.c.read.is_not(None)
        ended = in_state(JobState.DONE, JobState.FAILED, JobState.SUPERSEDED, JobState.CANCELLED)
        orphan = ~exists().where(jobs.c.id == troubles.c.job)
        open_pulls = select(jobs.c.lane).where(~ended)
        old = {
            "deliveries": (self._inbox, deliveries, read & (deliveries.c.received < now - keep.deliveries)),
            "bodies": (self._inbox, bodies, ~exists().where(deliveries.c.number == bodies.c.delivery)),
            "jobs": (self._main, jobs, ended & (jobs.c.updated < now - keep.jobs)),
            "troubles": (self._main, troubles, orphan),
            "journal": (self._main, journal, journal.c.created < now - keep.journal),
            "reviews": (self._main, reviews, reviews.c.created < now - keep.reviews),
            "remarks": (self._main, remarks, remarks.c.created < now - keep.reviews),
            "spendings": (self._main, spendings, spendings.c.month < month_of(now - keep.reviews)),
            "reservations": (self._main, reservations, reservations.c.until < now - UNTOUCHED),
            "findings": (self._main, findings, findings.c.updated < now - keep.reviews),
            "announcements": (
                self._main,
                announcements,
                (announcements.c.created < now - keep.reviews) & announcements.c.pull.not_in(open_pulls),
            ),
        }
        forgotten = {name: await self._delete(*parts) for name, parts in old.items()}
        settled = now - UNTOUCHED
        for writer, table, moment, size, where in (
            (self._inbox, deliveries, deliveries.c.received, keep.deliveries_size, read),
            (self._main, journal, journal.c.created, keep.journal_size, journal.c.created < settled),
            (self._main, reviews, reviews.c.created, keep.reviews_size, reviews.c.created < settled),
        ):
            if size:
                forgotten[table.name] += await self._shrink(writer, table, moment, size, where)
        return {name: count for name, count in forgotten.items() if count}

    async def _shrink(
        self,
        writer: Writer,
        table: Table,
        moment: Column[datetime],
        size: int,
        where: ColumnElement[bool],
    ) -> int:
        """Forgets the oldest rows until the others are no larger than `size`."""
        limit = await writer.run(lambda connection: _newest_too_much(connection, table, moment, size))
        return await self._delete(writer, table, where & (moment <= limit)) if limit else 0

    async def _delete(self, writer: Writer, table: Table, where: ColumnElement[bool]) -> int:
        total = 0
        while (gone := await writer.run(lambda connection: _delete_some(connection, table, where))) > 0:
            total += gone
        return total


def _newest_too_much(
    connection: Connection, table: Table, moment: Column[datetime], size: int
) -> datetime | None:
    """The moment of the newest row that, with all that are newer, is more than `size`."""
    running = func.sum(table.c.size).over(order_by=moment.desc()).label("together")
    sums = select(moment.label("moment"), running).subquery()
    query = select(func.max(sums.c.moment)).where(sums.c.together > size)
    return connection.execute(query).scalar_one_or_none()


def _delete_some(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    first = next(iter(table.primary_key.columns))
    some = select(first).where(where).limit(BATCH)
    return connection.execute(delete(table).where(where, first.in_(some))).rowcount
