"""Runs the cells of the matrix, many at the same time, and says what is left on GitHub after each."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.stories.refusals.cell import Cell
from tests.stories.refusals.house import House, house
from tests.stories.refusals.journeys import JOURNEYS, PAGED, Journey, reviewed
from tests.stories.refusals.judge import Standing, judge, look, word
from tests.stories.refusals.outcome import Outcome
from tests.stories.refusals.refusals import REFUSALS, Called

AT_ONCE = 8
SHARE = 6  # of the ways to refuse, the suite tries every sixth on a call


@dataclass(frozen=True, eq=False)
class Row:
    """A call that is refused on a journey, from the first time on or after it was answered `skip` times, or
    from half-way on (`late`). `usual` is what the journey leaves when nothing is refused.
    """

    called: Called
    journey: Journey
    usual: Standing
    skip: int = 0
    late: bool = False

    def __str__(self) -> str:
        when = "from half-way on" if self.late else "after the first" if self.skip else "always"
        return f"{self.called}, {when}"


@dataclass
class Matrix:
    house: House
    rows: list[Row] = field(default_factory=list)
    _names: Any = field(default_factory=lambda: itertools.count(1))

    async def record(self) -> None:
        """Goes on every journey undisturbed, and makes a row of each call that no earlier journey made, that
        is made again, or that is made from half-way on.
        """
        known: set[Called] = set()
        for journey in JOURNEYS:
            cell = self._cell()
            await journey(cell)
            standing = await look(cell)
            counts = self._counts(cell)
            fresh = [called for called in counts if called not in known]
            again = counts if journey in PAGED else fresh if journey is JOURNEYS[0] else ()
            late = self._counts(cell, cell.before) if cell.before is not None else ()
            self.rows += [Row(called, journey, standing) for called in fresh]
            self.rows += [Row(called, journey, standing, skip=1) for called in again if counts[called] > 1]
            self.rows += [Row(called, journey, standing, late=True) for called in late]
            known.update(fresh)

    def chosen(self, refusal: str) -> list[Row]:
        """For the suite: a share of the calls that are refused always, and a smaller one of the others. Each
        of those is refused in one way or two, each of these in one, so that all are tried, and all ways.
        """
        always = [row for row in self.rows if not row.skip and not row.late]
        others = [row for row in self.rows if row.skip or row.late]
        number = list(REFUSALS).index(refusal)
        return always[number % SHARE :: SHARE] + others[number :: len(REFUSALS)]

    async def run(self, refusal: str, rows: Sequence[Row] | None = None) -> list[Outcome]:
        """Every call, refused in this way."""
        free = asyncio.Semaphore(AT_ONCE)

        async def one(row: Row) -> Outcome:
            async with free:
                return await self._run(row, refusal)

        return await asyncio.gather(*map(one, self.rows if rows is None else rows))

    async def _run(self, row: Row, refusal: str) -> Outcome:
        cell = self._cell()
        fault = {
            "method": row.called.method,
            "path": row.called.template,
            "variant": row.called.variant,
            "skip": row.skip,
            **REFUSALS[refusal],
        }
        if row.late:
            cell.late = fault
        else:
            cell.refuse(**fault)
        broken: list[str] = []
        try:
            await row.journey(cell)
        except TimeoutError:
            broken.append("a job does not end")
        standing = await look(cell)
        broken += judge(standing, row.usual, row.called, refusal, of_review=cell.of_review)
        self._forget(cell)
        self.house.simulator.clear_faults(cell.name)
        if standing.owes:
            await self.house.told(cell.repository)
            broken += [f"when GitHub is well again, {said}" for said in (await look(cell)).unfinished]
        journey = row.journey.__name__.replace("_", " ")
        return Outcome(str(row), journey, refusal, word(standing), broken)

    def _forget(self, cell: Cell) -> None:
        """What is of no use any more: there are hundreds of cells."""
        asked = self.house.model.asked
        asked[:] = [body for body in asked if cell.name not in str(body["messages"])]
        self.house.calls.clear()

    def _cell(self) -> Cell:
        return Cell(self.house, f"account-{next(self._names)}-of-many")

    def _counts(self, cell: Cell, first: int = 0) -> Mapping[Called, int]:
        calls = [call for call in self.house.calls[first:] if call.account == cell.name]
        return Counter(Called(call.method, call.template, call.variant) for call in calls)


@asynccontextmanager
async def matrix(directory: Path) -> AsyncIterator[Matrix]:
    """With its rows, while the block runs."""
    async with house(directory) as running:
        made = Matrix(running)
        await made.record()
        yield made


async def unknown_account(directory: Path, refusal: str) -> Outcome:
    """GitHub does not tell a bot who it is, so that it cannot know its own comments from those of others."""
    called = Called("GET", "/app")
    async with house(directory) as running:
        cell = Cell(running, "acme")
        cell.refuse(account=None, method=called.method, path=called.template, **REFUSALS[refusal])
        await reviewed(cell)
        standing = await look(cell)
        broken = [*standing.unfinished, *standing.errors]
        running.simulator.clear_faults()
        if standing.owes:
            await running.told(cell.repository)
    return Outcome(f"{called}, always", "reviewed", refusal, word(standing), broken)
