"""When the next request may be sent: a wait that the server asks of one is kept to by all."""

import asyncio

from bot.core.cooldowns import Cooldown, Cooldowns
from bot.core.llm.messages import Model
from bot.models.chat.backoff import BackoffPolicy
from bot.models.circuit_open import CircuitOpen, circuit_open, cooldown_name


class Throttle:
    """Of the requests for `model`, in all processes that share `cooldowns`.

    Short waits are waited out here; a model that is given a rest (bot/models/circuit_breaker.py) is not
    waited
    for, however short the rest is: others can answer meanwhile.
    """

    def __init__(self, cooldowns: Cooldowns, model: Model, waits: BackoffPolicy) -> None:
        self._cooldowns = cooldowns
        self._model = model
        self._waits = waits
        self._cooldown = f"{cooldown_name(model)} pace"

    async def wait(self, end: float) -> None:
        """Returns when nothing speaks against a request.

        Raises `CircuitOpen` when that would take too long, or until after `end` (by the loop's clock).
        """
        while closed := await self._closed():
            wait = self._waits.next(1, closed.seconds)
            if wait is None or asyncio.get_running_loop().time() + wait > end:
                raise CircuitOpen(f"{self._model.name} has to be waited for: {closed.reason}", closed.seconds)
            await asyncio.sleep(wait)

    async def open(self) -> bool:
        """Whether a request may be sent this moment. Raises `CircuitOpen` like `wait`."""
        return await self._closed() is None

    async def slow(self, seconds: float, reason: str) -> None:
        """Lets all wait for so long."""
        if seconds > 0:
            await self._cooldowns.start(self._cooldown, seconds, reason)

    async def _closed(self) -> Cooldown | None:
        """None: a request may be sent."""
        if rest := await self._cooldowns.active(cooldown_name(self._model)):
            raise circuit_open(self._model, rest)
        return await self._cooldowns.active(self._cooldown)
