"""The transitions of a job, each one transaction; the rules they keep stand in `bot/engine/jobs.py`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, insert, select, update

from bot.core.jobs import Cause, Job, State, Task
from bot.engine.tables import jobs

FREE: dict[str, Any] = {"holder": None, "lease": None}
_queued = jobs.c.state.in_([State.WAITING.value, State.PARKED.value])
_running = jobs.c.state == State.RUNNING.value

JobRow = Row[tuple[Any, ...]]


def submit(connection: Connection, task: Task, values: dict[str, Any], now: datetime) -> Job | None:
    """Inserts or re-arms the job of `task.key`; then supersedes what a push makes pointless."""
    fresh = values | {
        "task": task,
        "key": task.key,
        "lane": task.lane,
        "cause": task.cause,
        "head": task.head,
        "state": State.WAITING,
        "attempt": 0,
        "error": None,
        "created": now,
        "updated": now,
    }
    known = connection.execute(select(jobs).where(jobs.c.key == task.key)).one_or_none()
    if known is not None and not _may_run_again(connection, known, values["delivery"]):
        return None
    stored = update(jobs).where(jobs.c.id == known.id) if known else insert(jobs)
    job = as_job(connection.execute(stored.values(**fresh).returning(*jobs.c)).one())
    if task.cause is not Cause.COMMAND:
        _supersede(connection, job, now)
    return job


def claim(connection: Connection, worker: str, now: datetime, until: datetime) -> Job | None:
    """Frees what nobody holds any more, then takes the first job whose lane is free."""
    _free_lapsed(connection, now)
    others = jobs.alias()
    busy = exists().where(others.c.lane == jobs.c.lane, others.c.state == State.RUNNING.value)
    ready = select(jobs.c.id).where(_queued, jobs.c.due <= now, ~busy)
    first = connection.execute(
        ready.order_by(jobs.c.priority.desc(), jobs.c.due, jobs.c.id).limit(1)
    ).scalar_one_or_none()
    if first is None:
        return None
    taken = {"state": State.RUNNING, "holder": worker, "lease": until, "updated": now}
    query = update(jobs).where(jobs.c.id == first).values(attempt=jobs.c.attempt + 1, **taken)
    return as_job(connection.execute(query.returning(*jobs.c)).one())


def extend(connection: Connection, job: Job, worker: str, until: datetime) -> bool:
    return _change_own(connection, job, worker, {"lease": until})


def finish(connection: Connection, job: Job, worker: str, values: dict[str, Any]) -> bool:
    return _change_own(connection, job, worker, values | FREE)


def put_back(connection: Connection, job: Job, worker: str, values: dict[str, Any], now: datetime) -> bool:
    """The job waits again, unless a newer one does already."""
    if outdated(connection, job.task):
        finish(connection, job, worker, {"state": State.SUPERSEDED, "updated": now})
        return False
    return _change_own(connection, job, worker, values | FREE | {"updated": now})


def outdated(connection: Connection, task: Task) -> bool:
    """Whether a review of another head waits in the lane. A command is never outdated."""
    if task.cause is Cause.COMMAND:
        return False
    waiting = _pushes(task.lane) & (jobs.c.key != task.key)
    return connection.execute(select(exists().where(waiting))).scalar_one()


def free(connection: Connection, is_gone: Callable[[str], bool], now: datetime) -> int:
    """Lets the jobs wait again whose holders are gone."""
    held = [row for row in connection.execute(select(jobs).where(_running)).all() if is_gone(row.holder)]
    for row in held:
        put_back(connection, as_job(row), row.holder, {"state": State.WAITING}, now)
    return len(held)


def _may_run_again(connection: Connection, known: JobRow, delivery: str | None) -> bool:
    """A job whose head is named again by another delivery: the head was pushed back to it, after it
    was superseded or after another head was reviewed. By the same delivery, it is only an old one that
    is read once more.
    """
    if known.state in (State.FAILED, State.CANCELLED):
        return True
    if delivery is not None and known.delivery == delivery:
        return False
    return known.state == State.SUPERSEDED or (known.state == State.DONE and _moved_on(connection, known))


def _moved_on(connection: Connection, known: JobRow) -> bool:
    """Whether another head of the lane was reviewed later. Commands name no head."""
    later = and_(
        jobs.c.lane == known.lane,
        jobs.c.key != known.key,
        jobs.c.cause != Cause.COMMAND.value,
        jobs.c.state == State.DONE.value,
        jobs.c.updated > known.updated,
    )
    return (
        known.cause != Cause.COMMAND.value and connection.execute(select(exists().where(later))).scalar_one()
    )


def _supersede(connection: Connection, newer: Job, now: datetime) -> None:
    older = _pushes(newer.task.lane) & (jobs.c.id != newer.id)
    connection.execute(update(jobs).where(older).values(state=State.SUPERSEDED, updated=now))


def _pushes(lane: str) -> ColumnElement[bool]:
    """The jobs of a lane that wait and are no commands."""
    return and_(_queued, jobs.c.lane == lane, jobs.c.cause != Cause.COMMAND.value)


def _free_lapsed(connection: Connection, now: datetime) -> None:
    lapsed = select(jobs).where(_running, jobs.c.lease < now)
    for row in connection.execute(lapsed).all():
        put_back(connection, as_job(row), row.holder, {"state": State.WAITING}, now)


def _change_own(connection: Connection, job: Job, worker: str, values: dict[str, Any]) -> bool:
    own = and_(jobs.c.id == job.id, _running, jobs.c.holder == worker, jobs.c.attempt == job.attempt)
    return bool(connection.execute(update(jobs).where(own).values(**values)).rowcount)


def as_job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        task=row.task,
        state=row.state,
        priority=row.priority,
        attempt=row.attempt,
        delivery=row.delivery,
        due=row.due,
        created=row.created,
        updated=row.updated,
        error=row.error,
    )
