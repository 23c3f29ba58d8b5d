"""The migration steps of the main schema."""

import json

from sqlalchemy import Connection, text

from bot.engine.db.migrations.statements import run, widen

_JOBS_IN_ORDER = """
    ALTER TABLE jobs ADD COLUMN repository VARCHAR DEFAULT '' NOT NULL;
    ALTER TABLE jobs ADD COLUMN installation INTEGER;
    ALTER TABLE jobs ADD COLUMN turn INTEGER DEFAULT '0' NOT NULL;
    ALTER TABLE jobs ADD COLUMN ready BOOLEAN DEFAULT 0 NOT NULL;
    ALTER TABLE jobs ADD COLUMN served BOOLEAN DEFAULT 0 NOT NULL;
    ALTER TABLE jobs ADD COLUMN ending VARCHAR;
    ALTER TABLE jobs ADD COLUMN failures INTEGER DEFAULT '0' NOT NULL;
    DROP INDEX jobs_claimable;
    DROP INDEX jobs_queued;
    DROP INDEX jobs_running;
    DROP INDEX jobs_leased;
    DROP INDEX jobs_state;
    CREATE INDEX jobs_ready ON jobs (priority DESC, turn, id)
        WHERE state IN ('waiting', 'parked') AND ready = 1;
    CREATE INDEX jobs_asleep ON jobs (due) WHERE state IN ('waiting', 'parked') AND ready = 0;
    CREATE INDEX jobs_turns ON jobs (repository, priority, turn);
    CREATE INDEX jobs_served ON jobs (priority, turn) WHERE served = 1;
    CREATE INDEX jobs_running_in ON jobs (lane) WHERE state IN ('running');
    CREATE INDEX jobs_queued_in ON jobs (lane) WHERE state IN ('waiting', 'parked');
    CREATE INDEX jobs_leased_until ON jobs (lease) WHERE state IN ('running');
    CREATE INDEX jobs_done_in ON jobs (lane) WHERE state IN ('done');
    CREATE INDEX jobs_changed ON jobs (updated, state);
"""

_SHARED_TABLES = """
    CREATE TABLE troubles (
        id {serial}, job INTEGER NOT NULL, at {moment} NOT NULL, attempt INTEGER NOT NULL, text TEXT NOT NULL
    );
    CREATE INDEX troubles_job ON troubles (job, id);
    CREATE TABLE remarks (
        pull VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, created {moment} NOT NULL,
        PRIMARY KEY (pull, fingerprint)
    );
    CREATE INDEX remarks_created ON remarks (created);
    CREATE TABLE announcements (
        pull VARCHAR NOT NULL, head VARCHAR NOT NULL, created {moment} NOT NULL, PRIMARY KEY (pull, head)
    );
    CREATE TABLE leases (
        name VARCHAR NOT NULL, holder VARCHAR NOT NULL, until {moment} NOT NULL, PRIMARY KEY (name)
    );
    CREATE TABLE permits (
        name VARCHAR NOT NULL, slot INTEGER NOT NULL, holder VARCHAR NOT NULL, until {moment} NOT NULL,
        PRIMARY KEY (name, slot)
    );
    CREATE TABLE gates (
        name VARCHAR NOT NULL, until {moment} NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (name)
    );
    CREATE TABLE notes (name VARCHAR NOT NULL, text TEXT NOT NULL, PRIMARY KEY (name));
"""

_SIZES = """
    ALTER TABLE journal ADD COLUMN size INTEGER DEFAULT '0' NOT NULL;
    UPDATE journal SET size = length(completion);
    ALTER TABLE reviews ADD COLUMN size INTEGER DEFAULT '0' NOT NULL;
    UPDATE reviews SET size = coalesce(length(change), 0);
    CREATE INDEX reviews_created ON reviews (created);
    ALTER TABLE summaries ADD COLUMN renewed INTEGER DEFAULT '0' NOT NULL;
"""

# Waiting jobs keep their order.
_TURN = text("""
    UPDATE jobs SET repository = :repository, installation = :installation, turn = id, served = :served
    WHERE id = :number
""")

_FINDINGS_AND_BUDGETS = """
    CREATE TABLE findings (
        number {serial}, pull VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, known TEXT NOT NULL,
        updated {moment} NOT NULL, CONSTRAINT findings_pull UNIQUE (pull, fingerprint)
    );
    CREATE INDEX findings_updated ON findings (updated);
    CREATE TABLE dismissals (
        number {serial}, repository VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, dismissal TEXT NOT NULL,
        created {moment} NOT NULL, CONSTRAINT dismissals_repository UNIQUE (repository, fingerprint)
    );
    CREATE TABLE spendings (
        month VARCHAR NOT NULL, repository VARCHAR NOT NULL, pull VARCHAR NOT NULL, job VARCHAR NOT NULL,
        tokens INTEGER NOT NULL, PRIMARY KEY (month, repository, pull, job)
    );
    CREATE INDEX spendings_pull ON spendings (pull, job);
    CREATE TABLE reservations (
        id {serial}, month VARCHAR NOT NULL, repository VARCHAR NOT NULL, pull VARCHAR NOT NULL,
        job VARCHAR NOT NULL, tokens INTEGER NOT NULL, until {moment} NOT NULL
    );
    ALTER TABLE reviews ADD COLUMN transcript {bytes};
"""

_MEMORY = """
    CREATE TABLE learnings (
        number {serial}, repository VARCHAR NOT NULL, comment INTEGER NOT NULL, pull INTEGER NOT NULL,
        learned TEXT NOT NULL, created {moment} NOT NULL,
        CONSTRAINT learnings_repository UNIQUE (repository, comment)
    );
    CREATE INDEX learnings_pull ON learnings (repository, pull);
    CREATE TABLE forgotten (
        repository VARCHAR NOT NULL, entry VARCHAR NOT NULL, origin VARCHAR NOT NULL,
        created {moment} NOT NULL, PRIMARY KEY (repository, entry)
    );
    CREATE INDEX forgotten_origin ON forgotten (repository, origin);
"""


def _processes(connection: Connection) -> None:
    """To version 2, in which any number of processes can share a database.

    Jobs of release 0.1.0, with SQLite only, had no repository, turn and ending.
    """
    for script in (_JOBS_IN_ORDER, _SHARED_TABLES, _SIZES):
        run(connection, script)
    for number, task, attempt in connection.execute(text("SELECT id, task, attempt FROM jobs")).all():
        pull = json.loads(task)["pull"]
        known = {"repository": pull["repository"], "installation": pull.get("installation")}
        connection.execute(_TURN, {"number": number, "served": attempt > 0, **known})


def _findings_and_budgets(connection: Connection) -> None:
    """To version 3: status of findings, token spending, transcripts of reviews."""
    run(connection, _FINDINGS_AND_BUDGETS)


def _wide_numbers(connection: Connection) -> None:
    """To version 4: 64-bit numbers, for GitHub's ids and unbounded counters."""
    widen(connection, "jobs", ("id", "installation", "turn"), "jobs_id_seq")
    widen(connection, "troubles", ("id", "job"), "troubles_id_seq")
    widen(connection, "journal", ("prompt", "answer", "size"))
    widen(connection, "spendings", ("tokens",))
    widen(connection, "reservations", ("id", "tokens"), "reservations_id_seq")
    numbers = ("id", "installation", "job", "comment", "prompt", "answer", "size")
    widen(connection, "reviews", numbers, "reviews_id_seq")
    widen(connection, "summaries", ("comment",))
    widen(connection, "findings", ("number",), "findings_number_seq")
    widen(connection, "dismissals", ("number",), "dismissals_number_seq")


def _estimated_usage(connection: Connection) -> None:
    """To version 5: whether a review's tokens are estimated or counted by the server."""
    run(connection, "ALTER TABLE reviews ADD COLUMN estimated BOOLEAN DEFAULT {false} NOT NULL;")


def _learnings(connection: Connection) -> None:
    """To version 6: what maintainers replied to findings, and what they took back."""
    run(connection, _MEMORY)
    widen(connection, "learnings", ("number", "comment", "pull"), "learnings_number_seq")


def _cached_usage(connection: Connection) -> None:
    """To version 7: how many tokens of a review's prompts the server had in its cache."""
    run(connection, "ALTER TABLE reviews ADD COLUMN cached INTEGER DEFAULT '0' NOT NULL;")
    widen(connection, "reviews", ("cached",))


_MONTHS = """
    CREATE TABLE months (
        month VARCHAR NOT NULL, repository VARCHAR NOT NULL, tokens {big} NOT NULL,
        PRIMARY KEY (month, repository)
    );
    ALTER TABLE jobs ADD COLUMN request VARCHAR;
"""
_SUMS = """
    DELETE FROM months;
    INSERT INTO months SELECT month, repository, sum(tokens) FROM spendings GROUP BY month, repository;
    INSERT INTO months SELECT month, '', sum(tokens) FROM spendings GROUP BY month
"""

# Releases that do not know the table write to `spendings` as well, so the database itself keeps the sums.
_COUNT_ON_POSTGRES = (
    """
    CREATE FUNCTION count_spending() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE more BIGINT := NEW.tokens;
    BEGIN
        IF TG_OP = 'UPDATE' THEN more := more - OLD.tokens; END IF;
        INSERT INTO months VALUES (NEW.month, NEW.repository, more)
            ON CONFLICT (month, repository) DO UPDATE SET tokens = months.tokens + excluded.tokens;
        INSERT INTO months VALUES (NEW.month, '', more)
            ON CONFLICT (month, repository) DO UPDATE SET tokens = months.tokens + excluded.tokens;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER spending_counted AFTER INSERT OR UPDATE OF tokens ON spendings
    FOR EACH ROW EXECUTE FUNCTION count_spending()
    """,
)
_ADD_ON_SQLITE = """
    INSERT INTO months VALUES (NEW.month, NEW.repository, {more})
        ON CONFLICT (month, repository) DO UPDATE SET tokens = tokens + excluded.tokens;
    INSERT INTO months VALUES (NEW.month, '', {more})
        ON CONFLICT (month, repository) DO UPDATE SET tokens = tokens + excluded.tokens;
"""
_COUNT_ON_SQLITE = (
    "CREATE TRIGGER spending_inserted AFTER INSERT ON spendings BEGIN "
    + _ADD_ON_SQLITE.format(more="NEW.tokens")
    + "END",
    "CREATE TRIGGER spending_updated AFTER UPDATE OF tokens ON spendings BEGIN "
    + _ADD_ON_SQLITE.format(more="NEW.tokens - OLD.tokens")
    + "END",
)


def count_by_month(connection: Connection) -> None:
    """Lets the database sum up the spendings of a month, by repository and of all ("")."""
    on_postgres = connection.dialect.name == "postgresql"
    for statement in _COUNT_ON_POSTGRES if on_postgres else _COUNT_ON_SQLITE:
        connection.exec_driver_sql(statement)


def _months(connection: Connection) -> None:
    """To version 8: sums of the tokens of a month; keys of the requests that change jobs."""
    run(connection, _MONTHS)
    count_by_month(connection)  # locks `spendings` until the sums are there
    run(connection, _SUMS)


STEPS = (
    _processes,
    _findings_and_budgets,
    _wide_numbers,
    _estimated_usage,
    _learnings,
    _cached_usage,
    _months,
)
READABLE_FROM = 7
