"""An engine whose every answer is written down beforehand, and gates that keep a clock of their own."""

import asyncio

import pytest

from bot.core.cooldowns import Cooldown
from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Finish, Message, Model, Request, Role, Usage
from bot.models.circuit_breaker import CircuitBreaker

REQUEST = Request(id="chunk/1", messages=(Message(role=Role.USER, text="?"),), answer=64)
DOWN = EngineFailure("unavailable", "it is down")

Reply = BaseException | None


class Clock:
    """Stands still until somebody turns it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class ClockedCooldowns:
    """`breaker_policy` are the seconds of each closing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, tuple[float, str]] = {}
        self.breaker_policy: list[float] = []

    async def active(self, name: str) -> Cooldown | None:
        until, reason = self._until.get(name, (0.0, ""))
        left = until - self._clock()
        return Cooldown(seconds=left, reason=reason) if left > 0 else None

    async def start(self, name: str, seconds: float, reason: str) -> None:
        self.breaker_policy.append(seconds)
        self._until[name] = max(self._until.get(name, (0.0, "")), (self._clock() + seconds, reason))


class ScriptedEngine:
    """Gives its `replies` one after the other, then the last one again; None is a completion.

    While `going` is clear, requests arrive (`arrived` counts them) and get no answer.
    """

    kind = "openai"
    local = False

    def __init__(self, name: str, *replies: Reply) -> None:
        self.model = Model(name=name, context=4096, answer=512)
        self.replies: list[Reply] = list(replies) or [None]
        self.asked = 0
        self.arrived = asyncio.Semaphore(0)
        self.going = asyncio.Event()
        self.going.set()

    def count(self, text: str) -> int:
        return len(text)

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        self.arrived.release()
        await self.going.wait()
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply:
            raise reply
        usage = Usage(prompt=1, answer=1)
        return Completion(text="{}", finish=Finish.STOP, usage=usage, model=self.model.name)


async def failure_of(engine: Engine) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await engine.complete(REQUEST)
    return caught.value


async def opened(engine: ScriptedEngine, cooldowns: ClockedCooldowns, clock: Clock) -> CircuitBreaker:
    """After five failures; from now on the model answers."""
    engine.replies = [DOWN] * 5 + [None]
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)
    for _ in range(5):
        await failure_of(guarded)
    return guarded
