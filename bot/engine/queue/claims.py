"""Claims the next job. Claims are serialised in the whole database; each is about a millisecond."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, func, literal_column, or_, select, true, update

from bot.core.jobs import Job, JobState
from bot.engine.db.dialects import lock
from bot.engine.db.tables import ASLEEP, QUEUED, READY, RUNNING, jobs
from bot.engine.queue.transitions import as_job, put_back


@dataclass(frozen=True)
class ClaimLimits:
    """The most jobs that run at a time, across all processes; 0: as many as there are workers."""

    total: int = 0
    installation: int = 0


def claim(
    connection: Connection, worker: str, now: datetime, until: datetime, limits: ClaimLimits
) -> Job | None:
    """Frees jobs with expired leases, then claims the first ready job whose lane is free."""
    lock(connection, "claims")
    _free_expired(connection, now)
    _mark_ready(connection, now)
    if limits.total and _running(connection) >= limits.total:
        return None
    query = _first(limits)
    while (number := connection.execute(query).scalar_one_or_none()) is not None:
        changes = {
            "state": JobState.RUNNING.value,
            "holder": worker,
            "lease": until,
            "updated": now,
            "served": True,
        }
        stored = update(jobs).where(jobs.c.id == number, QUEUED).values(attempt=jobs.c.attempt + 1, **changes)
        row = connection.execute(stored.returning(*jobs.c)).one_or_none()
        if row is not None:  # else it has just been superseded
            return as_job(row)
    return None


def _first(limits: ClaimLimits) -> Select[tuple[int]]:
    others = jobs.alias()
    running = others.c.state.in_([literal_column(f"'{JobState.RUNNING.value}'")])  # literally as in the index
    query = select(jobs.c.id).where(READY, ~exists().where(others.c.lane == jobs.c.lane, running))
    if limits.installation:
        query = query.where(_has_room(others, running, limits.installation))
    return query.order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.id).limit(1)


def _has_room(others: Any, running: Any, most: int) -> Any:
    full = select(others.c.installation).where(running).group_by(others.c.installation)
    full = full.having(func.count() >= most).where(others.c.installation.is_not(None))
    return or_(jobs.c.installation.is_(None), jobs.c.installation.not_in(full))


def _running(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(jobs).where(RUNNING)).scalar_one()


def _mark_ready(connection: Connection, now: datetime) -> None:
    """Marks due jobs as ready, which puts them into the fair order."""
    connection.execute(update(jobs).where(ASLEEP, jobs.c.due <= now).values(ready=true()))


def _free_expired(connection: Connection, now: datetime) -> None:
    expired = select(jobs).where(RUNNING, jobs.c.lease < now)
    for row in connection.execute(expired).all():
        put_back(connection, as_job(row), row.holder, {"state": JobState.WAITING.value}, now)
