"""Circuit breaker: stops requests to a model after repeated failures, so that its fallback is used at once.

While the circuit is open, a cooldown (bot/core/cooldowns.py) is active, which all processes share.
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

JITTER = 0.1  # share of the open time: keeps processes without shared cooldowns from returning together


class CircuitState(StrEnum):
    """CLOSED: requests pass. OPEN: no request passes. HALF_OPEN: one at a time passes, as a trial."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True)
class BreakerPolicy:
    """After `threshold` consecutive failures the circuit opens for `first` seconds; each time the trial
    fails for twice as long, up to `longest`. A wait that the server requests opens the circuit at once if it
    is longer than `patience`, which is how long the engine itself waits.
    """

    threshold: int = 5
    first: float = 30.0
    longest: float = 600.0
    patience: float = PATIENCE

    def next(self, before: int) -> float:
        """Seconds to stay open after the circuit has opened `before` times in a row."""
        seconds = min(self.first * 2.0 ** min(before, 32), self.longest)
        return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311 - jitter


class CircuitBreaker:
    """An engine that wraps `engine` in a circuit breaker.

    When the open time is over, one request passes as a trial, and the others wait for its result. They mostly
    belong to the same review, which needs the trial's answer anyway: if the trial succeeds, they are sent at
    once, while refusing them would send the whole review back to the queue for one answer.
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
        self._is_open = False  # from opening until the next answer
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
        """The engine's answer. Raises `EngineFailure`; `CircuitOpen`, with the seconds to wait, while the
        circuit is open.
        """
        await self._enter()
        if self._is_open:
            async with self._trial:
                await self._enter()
                if self._is_open:
                    return await self._ask(request, trial=True)
        return await self._ask(request, trial=False)

    async def _enter(self) -> None:
        """Raises `CircuitOpen` while any process has the circuit open. This process remembers its own open
        circuit even if the database is unavailable.
        """
        left = self._left()
        cooldown = Cooldown(seconds=left, reason=self._reason) if left > 0 else await self._opened_by_others()
        if cooldown:
            raise circuit_open(self.model, cooldown)

    async def _opened_by_others(self) -> Cooldown | None:
        cooldown = await self._cooldowns.active(self._cooldown)
        if cooldown:
            self._mark_open(cooldown.seconds, cooldown.reason)
        return cooldown

    async def _ask(self, request: Request, *, trial: bool) -> Completion:
        """Asks the engine. A request that is cancelled, or that a bug ends, changes no state."""
        try:
            completion = await self._engine.complete(request)
        except CircuitOpen:
            raise
        except EngineFailure as failure:
            await self._record_failure(failure, trial=trial)
            raise
        self._close()
        return completion

    async def _record_failure(self, failure: EngineFailure, *, trial: bool) -> None:
        reason, requested = str(failure), failure.after or 0.0
        if failure.kind != FailureKind.UNAVAILABLE:
            self._close()  # the server works, although it cannot answer this request
        elif requested > self._breaker_policy.patience:
            await self._open(requested, reason)
        elif self._is_threshold_reached(trial=trial):
            seconds = max(self._breaker_policy.next(self._times_opened), requested)
            self._times_opened += 1
            await self._open(seconds, reason)

    def _is_threshold_reached(self, *, trial: bool) -> bool:
        """Whether this failure opens the circuit. Requests sent before it opened do not count."""
        if self._is_open:
            return trial
        self._failures += 1
        return self._failures >= self._breaker_policy.threshold

    async def _open(self, seconds: float, reason: str) -> None:
        self._mark_open(seconds, reason)
        log.warning("circuit_opened", model=self.model.name, seconds=round(seconds, 1), reason=reason)
        await self._cooldowns.start(self._cooldown, seconds, reason)

    def _mark_open(self, seconds: float, reason: str) -> None:
        self._is_open = True
        until = self._clock() + seconds
        if until > self._until:
            self._until, self._reason = until, reason

    def _close(self) -> None:
        """Closes the circuit once its open time is over: the cooldown holds for other processes, too."""
        self._failures = self._times_opened = 0
        if self._is_open and self._left() <= 0:
            self._is_open = False
            log.info("circuit_closed", model=self.model.name)

    def _left(self) -> float:
        return self._until - self._clock()
