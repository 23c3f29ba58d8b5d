"""Delays requests: all processes obey a wait that the server requested from one of them."""

import asyncio

from bot.core.cooldowns import Cooldown, Cooldowns
from bot.core.llm.messages import Model
from bot.models.chat.backoff import BackoffPolicy
from bot.models.circuit_open import CircuitOpen, circuit_open, cooldown_name


class Throttle:
    """Throttles the requests to `model` in all processes that share `cooldowns`.

    Waits out short cooldowns. It never waits for an open circuit (bot/models/circuit_breaker.py), however
    short, because a fallback model can answer meanwhile.
    """

    def __init__(self, cooldowns: Cooldowns, model: Model, waits: BackoffPolicy) -> None:
        self._cooldowns = cooldowns
        self._model = model
        self._waits = waits
        self._cooldown = f"{cooldown_name(model)} pace"

    async def wait(self, end: float) -> None:
        """Returns when a request may be sent.

        Raises `CircuitOpen` if that takes too long, or until after `end` (by the loop's clock).
        """
        while cooldown := await self._active_cooldown():
            wait = self._waits.next(1, cooldown.seconds)
            if wait is None or asyncio.get_running_loop().time() + wait > end:
                raise CircuitOpen(
                    f"{self._model.name} is not available yet: {cooldown.reason}", cooldown.seconds
                )
            await asyncio.sleep(wait)

    async def open(self) -> bool:
        """Whether a request may be sent now. Raises `CircuitOpen` like `wait`."""
        return await self._active_cooldown() is None

    async def slow(self, seconds: float, reason: str) -> None:
        """Starts a cooldown of `seconds` for all processes."""
        if seconds > 0:
            await self._cooldowns.start(self._cooldown, seconds, reason)

    async def _active_cooldown(self) -> Cooldown | None:
        """The active cooldown; None: a request may be sent. Raises `CircuitOpen`."""
        if cooldown := await self._cooldowns.active(cooldown_name(self._model)):
            raise circuit_open(self._model, cooldown)
        return await self._cooldowns.active(self._cooldown)
