"""The state transitions of a job, one transaction each. `bot/engine/queue/jobs.py` lists their invariants.

On PostgreSQL two kinds of locks keep the invariants across processes: a change of a lane's waiting jobs holds
the lane's lock, and a claim holds the lock of all claims.

A transaction whose commit is not acknowledged is repeated. So that its answer is the same, each brings a key,
`request`, which is stored with the change.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, insert, select, update

from bot.core.jobs import REVIEWS, Cause, Job, JobState, Task
from bot.engine.db.dialects import lock
from bot.engine.db.tables import DONE, QUEUED, RUNNING, in_state, jobs, troubles
from bot.engine.queue.fairness import next_turn

FREE: dict[str, Any] = {"holder": None, "lease": None}
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.SUPERSEDED, JobState.CANCELLED})

_REVIEW = jobs.c.cause.in_([cause.value for cause in REVIEWS])

JobRow = Row[tuple[Any, ...]]


def submit(connection: Connection, task: Task, values: dict[str, Any], now: datetime) -> Job | None:
    """Inserts or restarts the job of `task.key`; a push then supersedes older waiting pushes."""
    _lock_lane(connection, task)
    existing = connection.execute(select(jobs).where(jobs.c.key == task.key)).one_or_none()
    if existing is not None and existing.request == values["request"]:
        return as_job(existing)
    if existing is not None and not _may_run_again(connection, existing, values["delivery"]):
        return None
    fresh = values | _fresh(task, now) | {"created": now}
    fresh["ready"] = values["due"] <= now
    fresh["turn"] = next_turn(connection, task.pull.repository, values["priority"])
    stored = update(jobs).where(jobs.c.id == existing.id) if existing else insert(jobs)
    job = as_job(connection.execute(stored.values(**fresh).returning(*jobs.c)).one())
    if task.cause in REVIEWS:
        _supersede(connection, job, fresh["turn"], now)
    return job


def extend(connection: Connection, job: Job, worker: str, until: datetime) -> bool:
    return _change_own(connection, job, worker, {"lease": until})


def finish(connection: Connection, job: Job, worker: str, values: dict[str, Any]) -> bool:
    return _change_own(connection, job, worker, values | FREE | {"ending": None})


def put_back(connection: Connection, job: Job, worker: str, values: dict[str, Any], now: datetime) -> bool:
    """The job waits again, unless a newer waiting job supersedes it."""
    _lock_lane(connection, job.task)
    if outdated(connection, job.task):
        finish(connection, job, worker, {"state": JobState.SUPERSEDED.value, "updated": now})
        return False
    return _change_own(connection, job, worker, values | FREE | {"updated": now, "ready": False})


def outdated(connection: Connection, task: Task) -> bool:
    """Whether a review of another head waits in the lane. Only the review of a head can be outdated."""
    if task.cause not in REVIEWS:
        return False
    waiting = _pushes(task.lane) & (jobs.c.key != task.key)
    return connection.execute(select(exists().where(waiting))).scalar_one()


def closing(connection: Connection, lane: str) -> bool:
    """Whether the closing of the lane's pull request waits."""
    waiting = and_(QUEUED, jobs.c.lane == lane, jobs.c.cause == Cause.CLOSED.value)
    return connection.execute(select(exists().where(waiting))).scalar_one()


def reviewing(connection: Connection, lane: str) -> bool:
    """Whether a review of a head waits in the lane."""
    return connection.execute(select(exists().where(_pushes(lane)))).scalar_one()


def free(connection: Connection, is_gone: Callable[[str], bool], now: datetime) -> int:
    """Lets jobs of ended processes wait again; returns how many."""
    running = connection.execute(select(jobs).where(RUNNING).order_by(jobs.c.lane)).all()
    held = [row for row in running if is_gone(row.holder)]
    for row in held:
        put_back(connection, as_job(row), row.holder, {"state": JobState.WAITING.value}, now)
    return len(held)


def revive(connection: Connection, number: int, now: datetime, request: str) -> Job | None:
    """Lets a failed or cancelled job wait again like a new one. None when it is in another state, or a newer
    head waits.
    """
    row = connection.execute(select(jobs).where(jobs.c.id == number)).one_or_none()
    if row is not None and row.request == request:
        return as_job(row)
    if row is None or row.state not in (JobState.FAILED, JobState.CANCELLED):
        return None
    _lock_lane(connection, row.task)
    if outdated(connection, row.task):
        return None
    again = _fresh(row.task, now) | {"due": now, "created": now, "request": request}
    dead = in_state(JobState.FAILED, JobState.CANCELLED)
    stored = update(jobs).where(jobs.c.id == number, dead).values(**again).returning(*jobs.c)
    revived = connection.execute(stored).one_or_none()
    return as_job(revived) if revived else None


def cancel(connection: Connection, number: int, reason: str, now: datetime) -> Job | None:
    """Requests the end of a job as CANCELLED; the worker that holds or claims it posts the notice first.
    None when the job has ended.
    """
    changes = {"ending": JobState.CANCELLED.value, "error": reason, "updated": now}
    alive = in_state(JobState.WAITING, JobState.PARKED, JobState.RUNNING)
    stored = update(jobs).where(jobs.c.id == number, alive).values(**changes).returning(*jobs.c)
    row = connection.execute(stored).one_or_none()
    if row is None:
        return None
    if row.state == JobState.PARKED:  # no need to wait any longer
        connection.execute(update(jobs).where(jobs.c.id == number, QUEUED).values(due=now))
    return as_job(row)


def add_error(connection: Connection, job: Job, now: datetime, text: str) -> None:
    """Keeps the error of an attempt, once."""
    entry = {"job": job.id, "at": now, "attempt": job.attempt, "text": text}
    known = exists().where(*(troubles.c[name] == value for name, value in entry.items()))
    if not connection.execute(select(known)).scalar_one():
        connection.execute(insert(troubles).values(**entry))


def as_job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        task=row.task,
        state=row.state,
        priority=row.priority,
        attempt=row.attempt,
        failures=row.failures,
        delivery=row.delivery,
        due=row.due,
        created=row.created,
        updated=row.updated,
        error=row.error,
        ending=row.ending,
        holder=row.holder,
    )


def _fresh(task: Task, now: datetime) -> dict[str, Any]:
    """The values of a job that has not run yet."""
    return {
        "task": task,
        "key": task.key,
        "lane": task.lane,
        "cause": task.cause.value,
        "head": task.head,
        "repository": task.pull.repository,
        "installation": task.pull.installation,
        "state": JobState.WAITING.value,
        "attempt": 0,
        "failures": 0,
        "error": None,
        "ending": None,
        "ready": False,
        "served": False,
        "updated": now,
    }


def _may_run_again(connection: Connection, existing: JobRow, delivery: str | None) -> bool:
    """Whether a task with the key of a stored job restarts it.

    Another delivery with the same head means that the head was pushed again, after it was superseded or after
    another head was reviewed. The same delivery is only read again. Other tasks (ended checks, a label) may
    recur at any time.
    """
    if existing.state in (JobState.FAILED, JobState.CANCELLED):
        return True
    if delivery is not None and existing.delivery == delivery:
        return False
    return existing.state == JobState.SUPERSEDED or (
        existing.state == JobState.DONE and _may_recur(connection, existing)
    )


def _may_recur(connection: Connection, existing: JobRow) -> bool:
    if existing.cause in REVIEWS:
        return _moved_on(connection, existing)
    return bool(existing.cause != Cause.COMMAND)


def _moved_on(connection: Connection, existing: JobRow) -> bool:
    """Whether another head of the lane was reviewed later."""
    later = and_(
        jobs.c.lane == existing.lane,
        jobs.c.key != existing.key,
        _REVIEW,
        DONE,
        jobs.c.updated > existing.updated,
    )
    return connection.execute(select(exists().where(later))).scalar_one()


def _supersede(connection: Connection, newer: Job, turn: int, now: datetime) -> None:
    """Supersedes older waiting pushes of the lane; the newer one inherits their turn."""
    older = _pushes(newer.task.lane) & (jobs.c.id != newer.id)
    ended = {"state": JobState.SUPERSEDED.value, "updated": now, "ending": None}
    stored = update(jobs).where(older).values(**ended).returning(jobs.c.turn, jobs.c.priority)
    turns = [row.turn for row in connection.execute(stored) if row.priority == newer.priority]
    if turns and min(turns) < turn:
        connection.execute(update(jobs).where(jobs.c.id == newer.id).values(turn=min(turns)))


def _pushes(lane: str) -> ColumnElement[bool]:
    """The waiting reviews of a head in a lane."""
    return and_(QUEUED, jobs.c.lane == lane, _REVIEW)


def _change_own(connection: Connection, job: Job, worker: str, values: dict[str, Any]) -> bool:
    own = and_(jobs.c.id == job.id, RUNNING, jobs.c.holder == worker, jobs.c.attempt == job.attempt)
    if connection.execute(update(jobs).where(own).values(**values)).rowcount:
        return True
    if "request" not in values:
        return False
    done = exists().where(jobs.c.id == job.id, jobs.c.request == values["request"])
    return connection.execute(select(done)).scalar_one()


def _lock_lane(connection: Connection, task: Task) -> None:
    lock(connection, f"lane {task.lane}")
