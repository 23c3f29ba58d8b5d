"""The ledger of tokens: spent tokens, and reservations for requests in progress.

Sums exist per review, per pull request, per repository and month, and per month of the whole server. A
reservation holds the ledger's lock, so that two processes never spend the same tokens.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select

from bot.core.change import PullRef
from bot.core.llm.budget import Payment, Spending, TokenLimits, month_of
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import lock, upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import reservations, spendings

LAPSE = timedelta(minutes=30)  # longer than any request; the process of an older one has ended


class TokenLedger:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def reserve(self, pull: PullRef, job: str, limits: TokenLimits, tokens: int) -> int | str:
        """Reserves `tokens`. Returns the reservation's number, or the scope whose limit would be exceeded."""
        now = self._clock()
        line = _line(pull, job, month_of(now))

        def reserve(connection: Connection) -> int | str:
            lock(connection, "purse")  # processes of an older release use this name
            reserved = _sums(connection, reservations, line, reservations.c.until > now)
            scope = (_sums(connection, spendings, line) + reserved).spent(limits, tokens)
            if scope:
                return scope
            stored = insert(reservations).values(**line, tokens=tokens, until=now + LAPSE)
            return int(connection.execute(stored.returning(reservations.c.id)).scalar_one())

        return await self._writer.run(reserve)

    async def settle(self, reservation: int, tokens: int) -> None:
        """Replaces a reservation by the `tokens` spent."""
        await self._writer.run(lambda connection: _settle(connection, reservation, tokens))

    async def spending(self, pull: PullRef, job: str) -> Spending:
        """The spent tokens, without reservations."""
        line = _line(pull, job, month_of(self._clock()))
        return await self._writer.run(lambda connection: _sums(connection, spendings, line))


def pay(connection: Connection, pull: PullRef, tokens: int, paid: Payment, month: str) -> None:
    """Charges an answered request, in the transaction that stores the answer."""
    if paid.reservation is not None:
        connection.execute(delete(reservations).where(reservations.c.id == paid.reservation))
    _add(connection, _line(pull, paid.job, month), tokens)


def _line(pull: PullRef, job: str, month: str) -> dict[str, object]:
    """The key of a row of the ledger."""
    return {"month": month, "repository": pull.repository, "pull": str(pull), "job": job}


def _settle(connection: Connection, reservation: int, tokens: int) -> None:
    """Charges a reservation once; ignores one that was settled or has been deleted."""
    columns = reservations.c
    deletion = delete(reservations).where(columns.id == reservation)
    row = connection.execute(
        deletion.returning(columns.month, columns.repository, columns.pull, columns.job)
    ).one_or_none()
    if row and tokens:
        _add(connection, row._asdict(), tokens)


def _add(connection: Connection, line: dict[str, object], tokens: int) -> None:
    stored = upsert(connection, spendings).values(**line, tokens=tokens)
    together = {"tokens": spendings.c.tokens + tokens}
    connection.execute(stored.on_conflict_do_update(index_elements=list(line), set_=together))


def _sums(
    connection: Connection, table: Table, line: dict[str, object], where: ColumnElement[bool] | None = None
) -> Spending:
    """The sums of all scopes that contain `line`."""
    month, repository, pull, job = (
        table.c[name] == line[name] for name in ("month", "repository", "pull", "job")
    )
    scopes = {
        "review": and_(pull, job),
        "pull": pull,
        "repository": and_(month, repository),
        "month": month,
    }
    sums = [
        select(func.coalesce(func.sum(table.c.tokens), 0))
        .where(scope if where is None else and_(scope, where))
        .scalar_subquery()
        .label(name)
        for name, scope in scopes.items()
    ]
    return Spending.model_validate(connection.execute(select(*sums)).one()._asdict())
