"""The tables of the main database and of the inbox, which is a separate file on SQLite."""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    true,
)

from bot.core.findings.learnings import LearnedReply
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.core.jobs import JobState, Task
from bot.core.llm.messages import Completion
from bot.core.review import Review
from bot.engine.db.columns import BigInt, Document, Moment, SafeString, SafeText

MAIN = MetaData()
INBOX = MetaData()


def _index(name: str, *columns: ColumnElement[object], where: ColumnElement[bool] | None = None) -> None:
    """Adds an index of the rows that match `where`, on either database."""
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


# `lease`: when it has expired, any worker may claim the RUNNING job.
# `turn`: the job's position in the fair order (bot/engine/queue/fairness.py). `ready`: its due time has come.
# `ending`: the job has ended, except for the notice on GitHub. `request`: the key of the request that
# submitted, claimed, ended or deferred it last; its repetition finds that it is done.
jobs = Table(
    "jobs",
    MAIN,
    Column("id", BigInt, primary_key=True, autoincrement=True),
    Column("key", SafeString, nullable=False, unique=True),
    Column("lane", SafeString, nullable=False),
    Column("cause", SafeString, nullable=False),
    Column("head", SafeString),
    Column("task", Document(Task), nullable=False),
    Column("state", SafeString, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("delivery", SafeString),
    Column("due", Moment, nullable=False),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("error", SafeText),
    Column("holder", SafeString),
    Column("lease", Moment),
    Column("repository", SafeString, nullable=False, server_default=""),
    Column("installation", BigInt),
    Column("turn", BigInt, nullable=False, server_default="0"),
    Column("ready", Boolean, nullable=False, server_default=false()),
    Column("served", Boolean, nullable=False, server_default=false()),
    Column("ending", SafeString),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("request", SafeString),
    sqlite_autoincrement=True,
)


def in_state(*states: JobState) -> ColumnElement[bool]:
    """The states as literals: SQLite uses no partial index with parameters."""
    return jobs.c.state.in_([literal_column(f"'{state.value}'") for state in states])


QUEUED = in_state(JobState.WAITING, JobState.PARKED)
RUNNING = in_state(JobState.RUNNING)
READY = and_(QUEUED, jobs.c.ready == true())
ASLEEP = and_(QUEUED, jobs.c.ready == false())
DONE = in_state(JobState.DONE)
SERVED = jobs.c.served == true()
_index("jobs_ready", jobs.c.priority.desc(), jobs.c.turn, jobs.c.id, where=READY)
_index("jobs_asleep", jobs.c.due, where=ASLEEP)
_index("jobs_turns", jobs.c.repository, jobs.c.priority, jobs.c.turn)
_index("jobs_served", jobs.c.priority, jobs.c.turn, where=SERVED)
_index("jobs_running_in", jobs.c.lane, where=RUNNING)
_index("jobs_queued_in", jobs.c.lane, where=QUEUED)
_index("jobs_leased_until", jobs.c.lease, where=RUNNING)
_index("jobs_done_in", jobs.c.lane, where=DONE)
# Not by state first: SQLite would use it for claims and read all waiting jobs.
_index("jobs_changed", jobs.c.updated, jobs.c.state)

# The errors of jobs, for the operator.
troubles = Table(
    "troubles",
    MAIN,
    Column("id", BigInt, primary_key=True, autoincrement=True),
    Column("job", BigInt, nullable=False),
    Column("at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("text", SafeText, nullable=False),
    sqlite_autoincrement=True,
)
_index("troubles_job", troubles.c.job, troubles.c.id)

# `size`: bytes of the completion, so that limiting the total need not read completions.
journal = Table(
    "journal",
    MAIN,
    Column("key", SafeString, primary_key=True),
    Column("pull", SafeString),
    Column("completion", Document(Completion), nullable=False),
    Column("model", SafeString, nullable=False),
    Column("prompt", BigInt, nullable=False),
    Column("answer", BigInt, nullable=False),
    Column("created", Moment, nullable=False),
    Column("size", BigInt, nullable=False, server_default="0"),
)
_index("journal_created", journal.c.created)

# Tokens paid for, by month ("2026-11"), repository, pull request and review.
spendings = Table(
    "spendings",
    MAIN,
    Column("month", SafeString, primary_key=True),
    Column("repository", SafeString, primary_key=True),
    Column("pull", SafeString, primary_key=True),
    Column("job", SafeString, primary_key=True),
    Column("tokens", BigInt, nullable=False),
)
_index("spendings_pull", spendings.c.pull, spendings.c.job)

# The sums of `spendings` of a month, by repository and of all (""). A trigger keeps them.
months = Table(
    "months",
    MAIN,
    Column("month", SafeString, primary_key=True),
    Column("repository", SafeString, primary_key=True),
    Column("tokens", BigInt, nullable=False),
)

# Tokens reserved for requests in progress; they count as spent until `until`.
reservations = Table(
    "reservations",
    MAIN,
    Column("id", BigInt, primary_key=True, autoincrement=True),
    Column("month", SafeString, nullable=False),
    Column("repository", SafeString, nullable=False),
    Column("pull", SafeString, nullable=False),
    Column("job", SafeString, nullable=False),
    Column("tokens", BigInt, nullable=False),
    Column("until", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# `change` and `transcript`: JSON, compressed by zlib to about a fifth. `size`: bytes of both.
reviews = Table(
    "reviews",
    MAIN,
    Column("id", BigInt, primary_key=True, autoincrement=True),
    Column("pull", SafeString, nullable=False),
    Column("installation", BigInt),
    Column("head", SafeString, nullable=False),
    Column("cause", SafeString, nullable=False),
    Column("job", BigInt, unique=True),
    Column("comment", BigInt),
    Column("stage", SafeString, nullable=False),
    Column("review", Document(Review), nullable=False),
    Column("change", LargeBinary),
    Column("transcript", LargeBinary),
    Column("model", SafeString),
    Column("prompt", BigInt, nullable=False),
    Column("answer", BigInt, nullable=False),
    Column("cached", BigInt, nullable=False, server_default="0"),
    Column("estimated", Boolean, nullable=False, server_default=false()),
    Column("seconds", Float, nullable=False),
    Column("created", Moment, nullable=False),
    Column("size", BigInt, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
_index("reviews_pull", reviews.c.pull, reviews.c.id)
_index("reviews_created", reviews.c.created)

# `renewed`: how often the comment was recreated after a person had deleted it.
summaries = Table(
    "summaries",
    MAIN,
    Column("pull", SafeString, primary_key=True),
    Column("comment", BigInt, nullable=False),
    Column("renewed", Integer, nullable=False, server_default="0"),
)

# The findings posted inline, by fingerprint: a comment that a person deletes is not posted again.
remarks = Table(
    "remarks",
    MAIN,
    Column("pull", SafeString, primary_key=True),
    Column("fingerprint", SafeString, primary_key=True),
    Column("created", Moment, nullable=False),
)
_index("remarks_created", remarks.c.created)

# The findings of a pull request with their status, in the order in which they were found.
findings = Table(
    "findings",
    MAIN,
    Column("number", BigInt, primary_key=True, autoincrement=True),
    Column("pull", SafeString, nullable=False),
    Column("fingerprint", SafeString, nullable=False),
    Column("known", Document(TrackedFinding), nullable=False),
    Column("updated", Moment, nullable=False),
    UniqueConstraint("pull", "fingerprint", name="findings_pull"),
    sqlite_autoincrement=True,
)
_index("findings_updated", findings.c.updated)

# The dismissed findings of a repository. Never deleted: people decided so.
dismissals = Table(
    "dismissals",
    MAIN,
    Column("number", BigInt, primary_key=True, autoincrement=True),
    Column("repository", SafeString, nullable=False),
    Column("fingerprint", SafeString, nullable=False),
    Column("dismissal", Document(Dismissal), nullable=False),
    Column("created", Moment, nullable=False),
    UniqueConstraint("repository", "fingerprint", name="dismissals_repository"),
    sqlite_autoincrement=True,
)

# What maintainers replied to findings, by the id of the reply. Never deleted by age: people decided so.
learnings = Table(
    "learnings",
    MAIN,
    Column("number", BigInt, primary_key=True, autoincrement=True),
    Column("repository", SafeString, nullable=False),
    Column("comment", BigInt, nullable=False),
    Column("pull", BigInt, nullable=False),
    Column("learned", Document(LearnedReply), nullable=False),
    Column("created", Moment, nullable=False),
    UniqueConstraint("repository", "comment", name="learnings_repository"),
    sqlite_autoincrement=True,
)
_index("learnings_pull", learnings.c.repository, learnings.c.pull)

# What people took back, without its text, so that the reply, reaction or resolved thread that is still on
# GitHub does not bring it back. `entry` is the id in lists, `origin` what it was learned from.
forgotten = Table(
    "forgotten",
    MAIN,
    Column("repository", SafeString, primary_key=True),
    Column("entry", SafeString, primary_key=True),
    Column("origin", SafeString, nullable=False),
    Column("created", Moment, nullable=False),
)
_index("forgotten_origin", forgotten.c.repository, forgotten.c.origin)

# Heads whose review GitHub shows as in progress; the next job of the pull request cleans them up.
announcements = Table(
    "announcements",
    MAIN,
    Column("pull", SafeString, primary_key=True),
    Column("head", SafeString, primary_key=True),
    Column("created", Moment, nullable=False),
)

# Leases for work that only one process does at a time: `holder` has one until `until`.
leases = Table(
    "leases",
    MAIN,
    Column("name", SafeString, primary_key=True),
    Column("holder", SafeString, nullable=False),
    Column("until", Moment, nullable=False),
)

# The held permits of semaphores across all processes.
permits = Table(
    "permits",
    MAIN,
    Column("name", SafeString, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("holder", SafeString, nullable=False),
    Column("until", Moment, nullable=False),
)

gates = Table(
    "gates",
    MAIN,
    Column("name", SafeString, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("reason", SafeText, nullable=False),
)

notes = Table(
    "notes",
    MAIN,
    Column("name", SafeString, primary_key=True),
    Column("text", SafeText, nullable=False),
)

# `read`: when the delivery became jobs, or was set aside for the reason in `error`. A failed, unread delivery
# is read again when it is `due`. `size`: bytes of the compressed body. Bodies are in a separate table, so
# that marking a delivery as read does not rewrite its body.
deliveries = Table(
    "deliveries",
    INBOX,
    Column("number", BigInt, primary_key=True, autoincrement=True),
    Column("id", SafeString, nullable=False, unique=True),
    Column("event", SafeString, nullable=False),
    Column("received", Moment, nullable=False),
    Column("read", Moment),
    Column("error", SafeText),
    Column("size", BigInt, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("due", Moment),
)
SET_ASIDE = and_(deliveries.c.read.is_not(None), deliveries.c.error.is_not(None))
_index("deliveries_unread", deliveries.c.number, where=deliveries.c.read.is_(None))
_index("deliveries_set_aside", deliveries.c.number, where=SET_ASIDE)
_index("deliveries_received", deliveries.c.received)

# Bodies by the number of their delivery, compressed by zlib to about a tenth.
bodies = Table(
    "bodies",
    INBOX,
    Column("delivery", BigInt, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
