"""The fair order of jobs: a repository with a thousand of them does not keep out one with a single one.

Each job gets a turn when it is submitted, and jobs of one priority are claimed by their turns: the
start-time fair queueing of packet schedulers. A repository's turns follow one another; one that has had
none for a while begins at the turn that was served last. So repositories alternate, however many
jobs each has waiting, and the cost of a claim does not depend on how many wait.
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
    """The highest turn. Not by `max`, for which PostgreSQL may read all turns of a busy repository."""
    return select(jobs.c.turn).where(*where).order_by(jobs.c.turn.desc()).limit(1).scalar_subquery()
