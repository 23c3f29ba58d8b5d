"""Gives a model a rest that fails again and again, so that its stand-ins are asked at once.

A circuit breaker. What closes is a gate (bot/core/cooldowns.py), so all processes that share the gates
keep the rest that one of them found to be needed; what opens is the circuit, as electricians say it.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.core.cooldowns import Cooldown, Cooldowns
from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, FailureKind, Model, Request
from bot.models.circuit_open import PATIENCE, CircuitOpen, circuit_open, cooldown_name

log = structlog.get_logger()

JITTER = 0.1  # of a rest: processes that share no gates are not to return together


class CircuitState(StrEnum):
    """CLOSED: requests go through. OPEN: none does. HALF_OPEN: one at a time, as a trial."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True)
class BreakerPolicy:
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


class CircuitBreaker:
    """`engine` behind the gate of its model; an engine itself.

    After a rest one request goes through as a trial, and the others wait for how it ends. They are
    mostly of the same review, which cannot end without the trial's answer anyhow: if it works they are
    asked at once, where refusing them would send the whole review back to the queue for one answer.
    """

    def __init__(
        self,
        engine: Engine,
        cooldowns: Cooldowns,
        *,
        breaker_policy: BreakerPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._cooldowns = cooldowns
        self._cooldown = cooldown_name(engine.model)
        self._breaker_policy = breaker_policy or BreakerPolicy()
        self._clock = clock
        self._failures = 0  # in a row
        self._times_opened = 0  # times in a row
        self._is_open = False  # from the start of a rest until an answer comes
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
    def state(self) -> CircuitState:
        """As far as this process knows."""
        if not self._is_open:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self._left() > 0 else CircuitState.HALF_OPEN

    def count(self, text: str) -> int:
        return self._engine.count(text)

    async def complete(self, request: Request) -> Completion:
        """The engine's answer. Raises `EngineFailure`; `CircuitOpen`, with when to come back, during a
        rest.
        """
        await self._enter()
        if self._is_open:
            async with self._trial:
                await self._enter()
                if self._is_open:
                    return await self._ask(request, trial=True)
        return await self._ask(request, trial=False)

    async def _enter(self) -> None:
        """Raises `CircuitOpen` while the gate is closed, by whomever. This process knows its own rests
        even while the database is away.
        """
        left = self._left()
        closed = Cooldown(seconds=left, reason=self._reason) if left > 0 else await self._opened_by_others()
        if closed:
            raise circuit_open(self.model, closed)

    async def _opened_by_others(self) -> Cooldown | None:
        closed = await self._cooldowns.active(self._cooldown)
        if closed:
            self._mark_open(closed.seconds, closed.reason)
        return closed

    async def _ask(self, request: Request, *, trial: bool) -> Completion:
        """A request that is cancelled, or that a bug ends, has shown nothing."""
        try:
            completion = await self._engine.complete(request)
        except CircuitOpen:
            raise
        except EngineFailure as failure:
            await self._learn(failure, trial=trial)
            raise
        self._close()
        return completion

    async def _learn(self, failure: EngineFailure, *, trial: bool) -> None:
        reason, asked = str(failure), failure.after or 0.0
        if failure.kind != FailureKind.UNAVAILABLE:
            self._close()  # it cannot answer this, but it lives
        elif asked > self._breaker_policy.patience:
            await self._open(asked, reason)
        elif self._is_threshold_reached(trial=trial):
            seconds = max(self._breaker_policy.next(self._times_opened), asked)
            self._times_opened += 1
            await self._open(seconds, reason)

    def _is_threshold_reached(self, *, trial: bool) -> bool:
        """Whether one more failure makes a rest due. Requests from before a rest say nothing new."""
        if self._is_open:
            return trial
        self._failures += 1
        return self._failures >= self._breaker_policy.threshold

    async def _open(self, seconds: float, reason: str) -> None:
        self._mark_open(seconds, reason)
        log.warning(
            "a model is given a rest", model=self.model.name, seconds=round(seconds, 1), reason=reason
        )
        await self._cooldowns.start(self._cooldown, seconds, reason)

    def _mark_open(self, seconds: float, reason: str) -> None:
        self._is_open = True
        until = self._clock() + seconds
        if until > self._until:
            self._until, self._reason = until, reason

    def _close(self) -> None:
        """A rest under way is kept: the gate is closed for the others as well."""
        self._failures = self._times_opened = 0
        if self._is_open and self._left() <= 0:
            self._is_open = False
            log.info("a model answers again", model=self.model.name)

    def _left(self) -> float:
        return self._until - self._clock()
