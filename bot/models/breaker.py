"""Gives a model a rest that fails again and again, so that its stand-ins are asked at once.

A circuit breaker. What closes is a gate (bot/core/gates.py), so all processes that share the gates
keep the rest that one of them found to be needed; what opens is the circuit, as electricians say it.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.core.engine import Engine
from bot.core.errors import EngineFailure
from bot.core.exchange import Completion, Model, Request, Trouble
from bot.core.gates import Closed, Gates
from bot.models.rest import PATIENCE, NotAsked, gate_of, resting

log = structlog.get_logger()

JITTER = 0.1  # of a rest: processes that share no gates are not to return together


class Circuit(StrEnum):
    """CLOSED: requests go through. OPEN: none does. HALF_OPEN: one at a time, as a trial."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True)
class Rests:
    """After `threshold` failures in a row the model rests for `first` seconds; each time that it has not
    helped for twice as long, up to `longest`. A wait that the server names is kept to from the first
    time on when it is longer than `patience`, which is how long the engine itself would wait.
    """

    threshold: int = 5
    first: float = 30.0
    longest: float = 600.0
    patience: float = PATIENCE

    def next(self, before: int) -> float:
        """Seconds to rest after `before` rests in a row that did not help."""
        seconds = min(self.first * 2.0 ** min(before, 32), self.longest)
        return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311 - jitter


class Guarded:
    """`engine` behind the gate of its model; an engine itself.

    After a rest one request goes through as a trial, and the others wait for how it ends. They are
    mostly of the same review, which cannot end without the trial's answer anyhow: if it works they are
    asked at once, where refusing them would send the whole review back to the queue for one answer.
    """

    def __init__(
        self,
        engine: Engine,
        gates: Gates,
        *,
        rests: Rests | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._gates = gates
        self._gate = gate_of(engine.model)
        self._rests = rests or Rests()
        self._clock = clock
        self._failures = 0  # in a row
        self._rested = 0  # times in a row
        self._doubted = False  # from the start of a rest until an answer comes
        self._until = 0.0
        self._reason = ""
        self._trial = asyncio.Lock()

    @property
    def model(self) -> Model:
        return self._engine.model

    @property
    def kind(self) -> str:
        return self._engine.kind

    @property
    def local(self) -> bool:
        return self._engine.local

    @property
    def state(self) -> Circuit:
        """As far as this process knows."""
        if not self._doubted:
            return Circuit.CLOSED
        return Circuit.OPEN if self._left() > 0 else Circuit.HALF_OPEN

    def count(self, text: str) -> int:
        return self._engine.count(text)

    async def complete(self, request: Request) -> Completion:
        """The engine's answer. Raises `EngineFailure`; `NotAsked`, with when to come back, during a rest."""
        await self._enter()
        if self._doubted:
            async with self._trial:
                await self._enter()
                if self._doubted:
                    return await self._ask(request, trial=True)
        return await self._ask(request, trial=False)

    async def _enter(self) -> None:
        """Raises `NotAsked` while the gate is closed, by whomever. This process knows its own rests
        even while the database is away.
        """
        left = self._left()
        closed = Closed(seconds=left, reason=self._reason) if left > 0 else await self._closed_by_others()
        if closed:
            raise resting(self.model, closed)

    async def _closed_by_others(self) -> Closed | None:
        closed = await self._gates.closed(self._gate)
        if closed:
            self._doubt(closed.seconds, closed.reason)
        return closed

    async def _ask(self, request: Request, *, trial: bool) -> Completion:
        """A request that is cancelled, or that a bug ends, has shown nothing."""
        try:
            completion = await self._engine.complete(request)
        except NotAsked:
            raise
        except EngineFailure as failure:
            await self._learn(failure, trial=trial)
            raise
        self._trust()
        return completion

    async def _learn(self, failure: EngineFailure, *, trial: bool) -> None:
        reason, asked = str(failure), failure.after or 0.0
        if failure.kind != Trouble.UNAVAILABLE:
            self._trust()  # it cannot answer this, but it lives
        elif asked > self._rests.patience:
            await self._rest(asked, reason)
        elif self._enough(trial=trial):
            seconds = max(self._rests.next(self._rested), asked)
            self._rested += 1
            await self._rest(seconds, reason)

    def _enough(self, *, trial: bool) -> bool:
        """Whether one more failure makes a rest due. Requests from before a rest say nothing new."""
        if self._doubted:
            return trial
        self._failures += 1
        return self._failures >= self._rests.threshold

    async def _rest(self, seconds: float, reason: str) -> None:
        self._doubt(seconds, reason)
        log.warning(
            "a model is given a rest", model=self.model.name, seconds=round(seconds, 1), reason=reason
        )
        await self._gates.close(self._gate, seconds, reason)

    def _doubt(self, seconds: float, reason: str) -> None:
        self._doubted = True
        until = self._clock() + seconds
        if until > self._until:
            self._until, self._reason = until, reason

    def _trust(self) -> None:
        """A rest under way is kept: the gate is closed for the others as well."""
        self._failures = self._rested = 0
        if self._doubted and self._left() <= 0:
            self._doubted = False
            log.info("a model answers again", model=self.model.name)

    def _left(self) -> float:
        return self._until - self._clock()
