"""Claims jobs. Claims are serialised in the whole database.

On PostgreSQL the lock is taken, used and given back within one message to the server, so that a process that
vanishes, or is far away, holds up nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Update,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import DBAPIError

from bot.core.jobs import Job, JobState
from bot.engine.db.dialects import locked
from bot.engine.db.tables import ASLEEP, QUEUED, READY, RUNNING, jobs
from bot.engine.queue.transitions import as_job, put_back


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
    mine = and_(RUNNING, jobs.c.claim == wish.key)
    found = connection.execute(select(jobs).where(or_(mine, _expired(wish.now)))).all()
    if already := [row for row in found if row.claim == wish.key]:  # its commit was not acknowledged
        return [as_job(row) for row in already]
    for row in found:
        put_back(connection, as_job(row), row.holder, {"state": JobState.WAITING.value}, wish.now)
    _run(connection, [_mark_ready(wish.now), *[_take(wish, limits)] * wish.most])
    taken = select(jobs).where(mine).order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.id)
    return [as_job(row) for row in connection.execute(taken)]


def _run(connection: Connection, statements: Sequence[Executable]) -> None:
    """Runs the statements under the lock of claims; on PostgreSQL, their transaction ends with them."""
    if connection.dialect.name != "postgresql":
        for statement in statements:
            connection.execute(statement)
        return
    texts = [_written(connection, statement) for statement in (locked("claims"), *statements)]
    message = ";".join([*texts, "COMMIT"])
    driver = connection.connection.driver_connection
    try:
        driver.execute(message)  # type: ignore[union-attr]
    except psycopg.Error as error:
        broken = driver.broken or driver.closed  # type: ignore[union-attr]
        raise DBAPIError.instance(
            "claim", None, error, psycopg.Error, hide_parameters=True, connection_invalidated=bool(broken)
        ) from error


def _written(connection: Connection, statement: Executable) -> str:
    """The statement with its values, for a message of several statements."""
    compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
    return str(compiled).replace("%%", "%")


def _take(wish: Claim, limits: ClaimLimits) -> Update:
    """Claims the first job that may run."""
    changes = {
        "state": JobState.RUNNING.value,
        "holder": wish.worker,
        "lease": wish.until,
        "updated": wish.now,
        "claim": wish.key,
        "served": True,
    }
    taken = update(jobs).where(jobs.c.id == _first(limits), QUEUED)
    return taken.values(attempt=jobs.c.attempt + 1, **changes)


def _first(limits: ClaimLimits) -> Any:
    others = jobs.alias()
    running = others.c.state.in_([literal_column(f"'{JobState.RUNNING.value}'")])  # literally as in the index
    query = select(jobs.c.id).where(READY, ~exists().where(others.c.lane == jobs.c.lane, running))
    if limits.total:
        count = select(func.count()).select_from(others).where(running).scalar_subquery()
        query = query.where(count < limits.total)
    if limits.installation:
        query = query.where(_has_room(others, running, limits.installation))
    return query.order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.id).limit(1).scalar_subquery()


def _has_room(others: Any, running: Any, most: int) -> Any:
    full = select(others.c.installation).where(running).group_by(others.c.installation)
    full = full.having(func.count() >= most).where(others.c.installation.is_not(None))
    return or_(jobs.c.installation.is_(None), jobs.c.installation.not_in(full))


def _mark_ready(now: datetime) -> Update:
    """Marks due jobs as ready, which puts them into the fair order."""
    return update(jobs).where(ASLEEP, jobs.c.due <= now).values(ready=true())


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(RUNNING, jobs.c.lease < now)
