"""Claims jobs. Claims are serialised in the whole database.

On PostgreSQL the lock is taken, used and given back within one message to the server, so that a process that
vanishes, or is far away, holds up nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)

from bot.core.jobs import Job, JobState
from bot.engine.db.tables import ASLEEP, QUEUED, READY, RUNNING, jobs
from bot.engine.queue.transitions import as_job, put_back

# Marks due jobs as ready, which puts them into the fair order.
_MARK_READY = update(jobs).where(ASLEEP, jobs.c.due <= bindparam("claim_now")).values(ready=true())


@dataclass(frozen=True)
class ClaimLimits:
    """The most jobs that run at a time, across all processes; 0: as many as there are workers."""

    total: int = 0
    installation: int = 0


@dataclass(frozen=True)
class Claim:
    """A wish of `worker` for `most` jobs until `until`. `key` is its own: a repeated claim finds its jobs."""

    key: str
    worker: str
    most: int
    now: datetime
    until: datetime


def claim(connection: Connection, wish: Claim, limits: ClaimLimits) -> Sequence[Job]:
    """Frees jobs with expired leases, then claims ready jobs whose lanes are free, in the fair order."""
    mine = and_(RUNNING, jobs.c.request == wish.key)
    # In one order for everybody, since each takes the locks of their lanes.
    found = connection.execute(select(jobs).where(or_(mine, _expired(wish.now))).order_by(jobs.c.lane)).all()
    if already := [row for row in found if row.request == wish.key]:  # its commit was not acknowledged
        return [as_job(row) for row in already]
    for row in found:
        put_back(connection, as_job(row), row.holder, {"state": JobState.WAITING.value}, wish.now)
    if connection.dialect.name == "postgresql":
        from bot.engine.queue.claim_message import send  # noqa: PLC0415 - needs psycopg

        send(connection, (_MARK_READY, _take(limits)), _values(wish), wish.most)
    else:
        for statement in (_MARK_READY, *[_take(limits)] * wish.most):
            connection.execute(statement, _values(wish))
    taken = select(jobs).where(mine).order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.id)
    return [as_job(row) for row in connection.execute(taken)]


def _values(wish: Claim) -> dict[str, object]:
    return {
        "claim_now": wish.now,
        "claim_until": wish.until,
        "claim_worker": wish.worker,
        "claim_key": wish.key,
    }


@lru_cache(maxsize=4)
def _take(limits: ClaimLimits) -> Update:
    """Claims the first job that may run."""
    changes = {
        "state": literal_column(f"'{JobState.RUNNING.value}'"),
        "holder": bindparam("claim_worker"),
        "lease": bindparam("claim_until"),
        "updated": bindparam("claim_now"),
        "request": bindparam("claim_key"),
        "served": true(),
    }
    taken = update(jobs).where(jobs.c.id == _first(limits), QUEUED)
    return taken.values(attempt=jobs.c.attempt + literal_column("1"), **changes)


def _first(limits: ClaimLimits) -> Any:
    others = jobs.alias()
    running = others.c.state.in_([literal_column(f"'{JobState.RUNNING.value}'")])  # literally as in the index
    query = select(jobs.c.id).where(READY, ~exists().where(others.c.lane == jobs.c.lane, running))
    if limits.total:
        count = select(func.count()).select_from(others).where(running).scalar_subquery()
        query = query.where(count < literal_column(str(limits.total)))
    if limits.installation:
        query = query.where(_has_room(others, running, limits.installation))
    return (
        query.order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.id)
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def _has_room(others: Any, running: Any, most: int) -> Any:
    full = select(others.c.installation).where(running).group_by(others.c.installation)
    full = full.having(func.count() >= literal_column(str(most))).where(others.c.installation.is_not(None))
    return or_(jobs.c.installation.is_(None), jobs.c.installation.not_in(full))


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(RUNNING, jobs.c.lease < now)
