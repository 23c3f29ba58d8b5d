"""The bot's database, read from outside while the bot works on it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, Text, create_engine, func, make_url, or_, select, type_coerce

from bot.core.jobs import Cause, JobState
from bot.core.records import ReviewStage
from bot.engine.connect import database_file
from bot.engine.db.tables import deliveries, jobs, journal, reviews

OPEN = (JobState.WAITING, JobState.RUNNING, JobState.PARKED)


class Books:
    """`url` is a DATABASE_URL whose tables are there before anything is asked. `close` it in the end."""

    def __init__(self, url: str) -> None:
        file = database_file(url)
        if file is None:
            self._main = self._inbox = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        else:
            self._main = _read_only(file)
            self._inbox = _read_only(file.with_name(f"{file.stem}-inbox{file.suffix}"))

    def close(self) -> None:
        self._main.dispose()
        self._inbox.dispose()

    def journaled(self, numbers: Sequence[str]) -> bool:
        """Whether the journal holds an answer with one of these in it."""
        text = type_coerce(journal.c.completion, Text)
        signed = or_(*(text.contains(number) for number in numbers))
        return bool(self._main_rows(select(journal.c.key).where(signed)))

    def received(self) -> frozenset[str]:
        """The deliveries that are in the inbox, read or not."""
        with self._inbox.connect() as connection:
            return frozenset(connection.execute(select(deliveries.c.id)).scalars())

    def open_jobs(self) -> list[tuple[Any, ...]]:
        """Lane, state, attempt, error and due time of what has not come to its end."""
        columns = (jobs.c.lane, jobs.c.state, jobs.c.attempt, jobs.c.error, jobs.c.due)
        return self._main_rows(select(*columns).where(jobs.c.state.in_([state.value for state in OPEN])))

    def unread(self) -> int:
        """How many deliveries nobody has read."""
        query = select(func.count()).where(deliveries.c.read.is_(None))
        with self._inbox.connect() as connection:
            return connection.execute(query).scalar_one()

    def failed_jobs(self) -> list[tuple[Any, ...]]:
        query = select(jobs.c.lane, jobs.c.attempt, jobs.c.error).where(jobs.c.state == JobState.FAILED.value)
        return self._main_rows(query)

    def posted(self, *, commands: bool) -> Counter[tuple[str, str]]:
        """How many posted reviews there are of each (pull, head); without `commands`, of those that
        nobody asked for.
        """
        query = select(reviews.c.pull, reviews.c.head).where(reviews.c.stage == ReviewStage.POSTED.value)
        if not commands:
            query = query.where(reviews.c.cause != Cause.COMMAND.value)
        return Counter((pull, head) for pull, head in self._main_rows(query))

    def _main_rows(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        with self._main.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]


def _read_only(file: Path) -> Engine:
    return create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", connect_args={"timeout": 30})
