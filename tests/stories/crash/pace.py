"""Keeps kills and pull requests abreast, so that the kills are spread over the whole run."""

import asyncio
from dataclasses import dataclass

from tests.stories.crash.plan import WINDOW

LOOK = 0.05  # seconds


@dataclass
class Pace:
    """Of `pulls` pull requests `finished` have come to their end, of `kills` kills `killed` are done."""

    pulls: int
    kills: int
    finished: int = 0
    killed: int = 0

    async def pull_due(self, number: int) -> None:
        """Returns when pull request `number` (from 0) may be opened."""
        while self.killed * self.pulls < (number - WINDOW) * self.kills:  # noqa: ASYNC110 - see Stage.until
            await asyncio.sleep(LOOK)

    async def kill_due(self, number: int) -> None:
        """Returns when kill `number` (from 0) may be done: others must get somewhere in between."""
        while (self.finished + WINDOW) * self.kills < number * self.pulls:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)
