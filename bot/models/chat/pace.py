"""When the next request may be sent: a wait that the server asks of one is kept to by all."""

import asyncio

from bot.core.exchange import Model
from bot.core.gates import Closed, Gates
from bot.models.chat.waits import Waits
from bot.models.rest import NotAsked, gate_of, resting


class Pace:
    """Of the requests for `model`, in all processes that share `gates`.

    Short waits are waited out here; a model that is given a rest (bot/models/breaker.py) is not waited
    for, however short the rest is: others can answer meanwhile.
    """

    def __init__(self, gates: Gates, model: Model, waits: Waits) -> None:
        self._gates = gates
        self._model = model
        self._waits = waits
        self._gate = f"{gate_of(model)} pace"

    async def wait(self, end: float) -> None:
        """Returns when nothing speaks against a request.

        Raises `NotAsked` when that would take too long, or until after `end` (by the loop's clock).
        """
        while closed := await self._closed():
            wait = self._waits.next(1, closed.seconds)
            if wait is None or asyncio.get_running_loop().time() + wait > end:
                raise NotAsked(f"{self._model.name} has to be waited for: {closed.reason}", closed.seconds)
            await asyncio.sleep(wait)

    async def open(self) -> bool:
        """Whether a request may be sent this moment. Raises `NotAsked` like `wait`."""
        return await self._closed() is None

    async def slow(self, seconds: float, reason: str) -> None:
        """Lets all wait for so long."""
        if seconds > 0:
            await self._gates.close(self._gate, seconds, reason)

    async def _closed(self) -> Closed | None:
        """None: a request may be sent."""
        if rest := await self._gates.closed(gate_of(self._model)):
            raise resting(self._model, rest)
        return await self._gates.closed(self._gate)
