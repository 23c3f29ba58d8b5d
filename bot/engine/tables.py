"""The tables: those of the main database, and the inbox's, which is a file of its own on SQLite."""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    true,
)

from bot.core.exchange import Completion
from bot.core.jobs import State, Task
from bot.core.review import Review
from bot.core.tracking import Dismissal, Known
from bot.engine.columns import Document, Moment

MAIN = MetaData()
INBOX = MetaData()


def _index(name: str, *columns: ColumnElement[object], where: ColumnElement[bool] | None = None) -> Index:
    """An index, of the rows that `where` holds for only, on either database."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# `lease` is heartbeat and reaper at once: a RUNNING job whose lease has lapsed is anybody's again.
# `turn` is the job's place in the fair order (bot/engine/fairness.py), `ready` that its due time has come.
# `ending` is set when all that is left to do is to tell of that end.
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
    Column("repository", String, nullable=False, server_default=""),
    Column("installation", Integer),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("ready", Boolean, nullable=False, server_default=false()),
    Column("served", Boolean, nullable=False, server_default=false()),
    Column("ending", String),
    Column("failures", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)


def in_state(*states: State) -> ColumnElement[bool]:
    """The states as literals: SQLite finds no partial index by a parameter."""
    return jobs.c.state.in_([literal_column(f"'{state.value}'") for state in states])


QUEUED = in_state(State.WAITING, State.PARKED)
RUNNING = in_state(State.RUNNING)
READY = and_(QUEUED, jobs.c.ready == true())
ASLEEP = and_(QUEUED, jobs.c.ready == false())
DONE = in_state(State.DONE)
SERVED = jobs.c.served == true()
JOB_INDEXES = (
    _index("jobs_ready", jobs.c.priority.desc(), jobs.c.turn, jobs.c.id, where=READY),
    _index("jobs_asleep", jobs.c.due, where=ASLEEP),
    _index("jobs_turns", jobs.c.repository, jobs.c.priority, jobs.c.turn),
    _index("jobs_served", jobs.c.priority, jobs.c.turn, where=SERVED),
    _index("jobs_running_in", jobs.c.lane, where=RUNNING),
    _index("jobs_queued_in", jobs.c.lane, where=QUEUED),
    _index("jobs_leased_until", jobs.c.lease, where=RUNNING),
    _index("jobs_done_in", jobs.c.lane, where=DONE),
    # Not by state first: SQLite would take it for the waiting jobs, and read them all to find the next one.
    _index("jobs_changed", jobs.c.updated, jobs.c.state),
)

# What went wrong with a job on its way, for the operator.
troubles = Table(
    "troubles",
    MAIN,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)
_index("troubles_job", troubles.c.job, troubles.c.id)

# `size` is the bytes of the completion, so that a limit on all of them needs not read them.
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
    Column("size", Integer, nullable=False, server_default="0"),
)
_index("journal_created", journal.c.created)

# Tokens paid for, by month ("2026-11"), repository, pull request and review.
spendings = Table(
    "spendings",
    MAIN,
    Column("month", String, primary_key=True),
    Column("repository", String, primary_key=True),
    Column("pull", String, primary_key=True),
    Column("job", String, primary_key=True),
    Column("tokens", Integer, nullable=False),
)
_index("spendings_pull", spendings.c.pull, spendings.c.job)

# Tokens set aside for questions under way; they count until then.
reservations = Table(
    "reservations",
    MAIN,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("month", String, nullable=False),
    Column("repository", String, nullable=False),
    Column("pull", String, nullable=False),
    Column("job", String, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# `change` and `transcript` are JSON, compressed by zlib; diffs shrink to a fifth. `size` is both's bytes.
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
    Column("transcript", LargeBinary),
    Column("model", String),
    Column("prompt", Integer, nullable=False),
    Column("answer", Integer, nullable=False),
    Column("estimated", Boolean, nullable=False, server_default=false()),
    Column("seconds", Float, nullable=False),
    Column("created", Moment, nullable=False),
    Column("size", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
_index("reviews_pull", reviews.c.pull, reviews.c.id)
REVIEW_INDEXES = (_index("reviews_created", reviews.c.created),)

# `renewed` counts how often the comment was written anew after a person had deleted it.
summaries = Table(
    "summaries",
    MAIN,
    Column("pull", String, primary_key=True),
    Column("comment", Integer, nullable=False),
    Column("renewed", Integer, nullable=False, server_default="0"),
)

# The findings that were put on lines, by fingerprint: one that a person deletes is not said again.
remarks = Table(
    "remarks",
    MAIN,
    Column("pull", String, primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("created", Moment, nullable=False),
)
_index("remarks_created", remarks.c.created)

# The findings of a pull request with what became of them, in the order in which they were found.
findings = Table(
    "findings",
    MAIN,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("pull", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("known", Document(Known), nullable=False),
    Column("updated", Moment, nullable=False),
    UniqueConstraint("pull", "fingerprint", name="findings_pull"),
    sqlite_autoincrement=True,
)
_index("findings_updated", findings.c.updated)

# What a repository does not want to hear of again. Never forgotten: people said it.
dismissals = Table(
    "dismissals",
    MAIN,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("repository", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("dismissal", Document(Dismissal), nullable=False),
    Column("created", Moment, nullable=False),
    UniqueConstraint("repository", "fingerprint", name="dismissals_repository"),
    sqlite_autoincrement=True,
)

# Heads of which GitHub shows that a review is under way: whoever works on the pull next closes them.
announcements = Table(
    "announcements",
    MAIN,
    Column("pull", String, primary_key=True),
    Column("head", String, primary_key=True),
    Column("created", Moment, nullable=False),
)

# What only one process does at a time: `holder` has it until then.
leases = Table(
    "leases",
    MAIN,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Moment, nullable=False),
)

# Turns at something of which all processes together may have only so many at a time.
permits = Table(
    "permits",
    MAIN,
    Column("name", String, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("holder", String, nullable=False),
    Column("until", Moment, nullable=False),
)

gates = Table(
    "gates",
    MAIN,
    Column("name", String, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

notes = Table(
    "notes",
    MAIN,
    Column("name", String, primary_key=True),
    Column("text", Text, nullable=False),
)

# `size` is the bytes of the body as it is kept. The body stands apart: marking a delivery as read must
# not write it again.
deliveries = Table(
    "deliveries",
    INBOX,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("event", String, nullable=False),
    Column("received", Moment, nullable=False),
    Column("read", Moment),
    Column("error", Text),
    Column("size", Integer, nullable=False, server_default="0"),
)
_index("deliveries_unread", deliveries.c.number, where=deliveries.c.read.is_(None))
DELIVERY_INDEXES = (_index("deliveries_received", deliveries.c.received),)

# Bodies by the number of their delivery, compressed by zlib: a tenth of what GitHub sends.
bodies = Table(
    "bodies",
    INBOX,
    Column("delivery", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
