"""The tables: those of the main database, and the inbox's, which is a file of its own."""

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from bot.core.exchange import Completion
from bot.core.jobs import State, Task
from bot.core.review import Review
from bot.engine.columns import Document, Moment

MAIN = MetaData()
INBOX = MetaData()

# `lease` is heartbeat and reaper at once: a RUNNING job whose lease has lapsed is anybody's again.
jobs = Table(
    "jobs",
    MAIN,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, unique=True),
    Column("lane", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("head", String),
    Column("task", Document(Task), nullable=False),
    Column("state", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("delivery", String),
    Column("due", Moment, nullable=False),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("error", Text),
    Column("holder", String),
    Column("lease", Moment),
    sqlite_autoincrement=True,
)

_claimable = jobs.c.state.in_([State.WAITING.value, State.PARKED.value])
_running = jobs.c.state == State.RUNNING.value
Index("jobs_claimable", jobs.c.priority.desc(), jobs.c.due, jobs.c.id, sqlite_where=_claimable)
Index("jobs_queued", jobs.c.lane, sqlite_where=_claimable)
Index("jobs_running", jobs.c.lane, sqlite_where=_running)
Index("jobs_leased", jobs.c.lease, sqlite_where=_running)
Index("jobs_state", jobs.c.state, jobs.c.updated)

journal = Table(
    "journal",
    MAIN,
    Column("key", String, primary_key=True),
    Column("pull", String),
    Column("completion", Document(Completion), nullable=False),
    Column("model", String, nullable=False),
    Column("prompt", Integer, nullable=False),
    Column("answer", Integer, nullable=False),
    Column("created", Moment, nullable=False),
)
Index("journal_created", journal.c.created)

# `change` is the change as JSON, compressed by zlib; diffs shrink to a fifth.
reviews = Table(
    "reviews",
    MAIN,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("pull", String, nullable=False),
    Column("installation", Integer),
    Column("head", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("job", Integer, unique=True),
    Column("comment", Integer),
    Column("stage", String, nullable=False),
    Column("review", Document(Review), nullable=False),
    Column("change", LargeBinary),
    Column("model", String),
    Column("prompt", Integer, nullable=False),
    Column("answer", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("created", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("reviews_pull", reviews.c.pull, reviews.c.id)

summaries = Table(
    "summaries",
    MAIN,
    Column("pull", String, primary_key=True),
    Column("comment", Integer, nullable=False),
)

deliveries = Table(
    "deliveries",
    INBOX,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("event", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("received", Moment, nullable=False),
    Column("read", Moment),
    Column("error", Text),
)
Index("deliveries_unread", deliveries.c.number, sqlite_where=deliveries.c.read.is_(None))
