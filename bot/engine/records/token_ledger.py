"""The ledger of tokens: spent tokens, and reservations for requests in progress.

Sums exist per review, per pull request, per repository and month, and per month of the whole server. A
reservation holds the locks of the scopes with a limit, so that two processes never spend the same tokens.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
)

from bot.core.change import PullRef
from bot.core.llm.budget import Payment, Spending, TokenLimits, month_of
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import lock, upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import months, reservations, spendings

_NUMBER_BITS = 62
LAPSE = timedelta(minutes=30)  # longer than any request; the process of an older one has ended


class TokenLedger:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def reserve(self, pull: PullRef, job: str, limits: TokenLimits, tokens: int) -> int | str:
        """Reserves `tokens`. Returns the reservation's number, or the scope whose limit would be exceeded."""
        now = self._clock()
        line = _line(pull, job, month_of(now))
        number = secrets.randbits(_NUMBER_BITS)  # ours: a repeated reservation is found again

        def reserve(connection: Connection) -> int | str:
            for name in _locks(line, limits):
                lock(connection, name)
            if connection.execute(select(exists().where(reservations.c.id == number))).scalar_one():
                return number
            reserved = _sums(connection, reservations, line, reservations.c.until > now)
            scope = (_spent(connection, line) + reserved).spent(limits, tokens)
            if scope:
                return scope
            connection.execute(
                insert(reservations).values(id=number, **line, tokens=tokens, until=now + LAPSE)
            )
            return number

        return await self._writer.run(reserve)

    async def settle(self, reservation: int, tokens: int) -> None:
        """Replaces a reservation by the `tokens` spent."""
        await self._writer.run(lambda connection: _settle(connection, reservation, tokens))

    async def spending(self, pull: PullRef, job: str) -> Spending:
        """The spent tokens, without reservations."""
        line = _line(pull, job, month_of(self._clock()))
        return await self._writer.run(lambda connection: _spent(connection, line))


def pay(
    connection: Connection, pull: PullRef, tokens: int, paid: Payment, month: str, *, is_new: bool
) -> None:
    """Charges an answered request once, in the transaction that stores the answer; `is_new`: it was not
    stored before. When a transaction is repeated whose commit was not acknowledged, both are there already.
    """
    reserved = delete(reservations).where(reservations.c.id == paid.reservation)
    was_reserved = paid.reservation is not None and connection.execute(reserved).rowcount
    if is_new or was_reserved:
        _add(connection, _line(pull, paid.job, month), tokens)


def _locks(line: dict[str, object], limits: TokenLimits) -> Sequence[str]:
    """The locks of the scopes with a limit, in the order in which everybody takes them."""
    names = {
        "month": "purse",  # processes of an older release use this name for all scopes
        "repository": f"purse {line['repository']}",
        "pull": f"purse {line['pull']}",
        "review": f"purse {line['pull']}",
    }
    return tuple(dict.fromkeys(name for scope, name in names.items() if getattr(limits, scope)))


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


def _spent(connection: Connection, line: dict[str, object]) -> Spending:
    """The spent tokens of all scopes that contain `line`: of a month by the sums that the database keeps."""
    month, repository, pull, job = (line[name] for name in ("month", "repository", "pull", "job"))
    of_pull = spendings.c.pull == pull
    sums = {
        "review": _total(spendings, and_(of_pull, spendings.c.job == job)),
        "pull": _total(spendings, of_pull),
        "repository": _total(months, and_(months.c.month == month, months.c.repository == repository)),
        "month": _total(months, and_(months.c.month == month, months.c.repository == "")),
    }
    row = connection.execute(select(*(total.label(name) for name, total in sums.items()))).one()
    return Spending.model_validate(row._asdict())


def _total(table: Table, where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(table.c.tokens), 0)).where(where).scalar_subquery()


def _sums(
    connection: Connection, table: Table, line: dict[str, object], where: ColumnElement[bool]
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
    sums = [_total(table, and_(scope, where)).label(name) for name, scope in scopes.items()]
    return Spending.model_validate(connection.execute(select(*sums)).one()._asdict())
