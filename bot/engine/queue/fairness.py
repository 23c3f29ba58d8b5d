"""The fair order of jobs: a repository with a thousand jobs does not starve one with a single job.

This is the start-time fair queueing of packet schedulers. Each job gets a turn when it is submitted, and jobs
of one priority are claimed in the order of their turns. A repository's turns are consecutive; after an idle
time they begin at the turn that was served last. So repositories alternate, however many jobs each has, and
the cost of a claim does not depend on the number of waiting jobs.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, select

from bot.engine.db.tables import SERVED, jobs


def next_turn(connection: Connection, repository: str, priority: int) -> int:
    """The turn of a new job of `repository`."""
    of_priority = jobs.c.priority == priority
    served, last = _last(SERVED, of_priority), _last(jobs.c.repository == repository, of_priority)
    now, mine = connection.execute(select(served, last)).one()
    return max(now or 0, (mine or 0) + 1)


def _last(*where: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The highest turn. Without `max`, for which PostgreSQL may read all turns of a busy repository."""
    return select(jobs.c.turn).where(*where).order_by(jobs.c.turn.desc()).limit(1).scalar_subquery()
