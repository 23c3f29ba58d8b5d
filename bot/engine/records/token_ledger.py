"""Tokens that were paid for, and those that are set aside for questions under way.

Sums are of a review, a pull request, a repository's month and the whole server's month. Whoever sets
tokens aside holds the lock of the purse, so that two processes never spend the same ones.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select

from bot.core.change import PullRef
from bot.core.llm.budget import Payment, Spending, TokenLimits, month_of
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import lock, upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import reservations, spendings

LAPSE = timedelta(minutes=30)  # longer than any question takes; its process has died


class TokenLedger:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def reserve(self, pull: PullRef, job: str, limits: TokenLimits, tokens: int) -> int | str:
        """Sets `tokens` aside. Returns the reservation's number, or the scope whose limit is in the way."""
        now = self._clock()
        line = _line(pull, job, month_of(now))

        def reserve(connection: Connection) -> int | str:
            lock(connection, "purse")
            aside = _sums(connection, reservations, line, reservations.c.until > now)
            scope = (_sums(connection, spendings, line) + aside).spent(limits, tokens)
            if scope:
                return scope
            stored = insert(reservations).values(**line, tokens=tokens, until=now + LAPSE)
            return int(connection.execute(stored.returning(reservations.c.id)).scalar_one())

        return await self._writer.run(reserve)

    async def settle(self, reservation: int, tokens: int) -> None:
        """Pays `tokens` for what was set aside."""
        await self._writer.run(lambda connection: _settle(connection, reservation, tokens))

    async def spending(self, pull: PullRef, job: str) -> Spending:
        """What was paid for; without what is set aside."""
        line = _line(pull, job, month_of(self._clock()))
        return await self._writer.run(lambda connection: _sums(connection, spendings, line))


def pay(connection: Connection, pull: PullRef, tokens: int, paid: Payment, month: str) -> None:
    """Pays for a question that was answered, within the transaction that keeps the answer."""
    if paid.reservation is not None:
        connection.execute(delete(reservations).where(reservations.c.id == paid.reservation))
    _add(connection, _line(pull, paid.job, month), tokens)


def _line(pull: PullRef, job: str, month: str) -> dict[str, object]:
    """What a sum of tokens is kept under."""
    return {"month": month, "repository": pull.repository, "pull": str(pull), "job": job}


def _settle(connection: Connection, reservation: int, tokens: int) -> None:
    """One that was settled, or forgotten, is not paid for again."""
    known = reservations.c
    taken = delete(reservations).where(known.id == reservation)
    row = connection.execute(
        taken.returning(known.month, known.repository, known.pull, known.job)
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
    """The sums that `line` counts in."""
    month, repository, pull, job = (
        table.c[name] == line[name] for name in ("month", "repository", "pull", "job")
    )
    scopes = {
        "review": and_(pull, job),
        "pull": pull,
        "repository": and_(month, repository),
        "month": month,
    }
    wanted = [
        select(func.coalesce(func.sum(table.c.tokens), 0))
        .where(scope if where is None else and_(scope, where))
        .scalar_subquery()
        .label(name)
        for name, scope in scopes.items()
    ]
    return Spending.model_validate(connection.execute(select(*wanted)).one()._asdict())
