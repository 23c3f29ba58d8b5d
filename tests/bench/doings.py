"""Steady load for the bot: opens, pushes to, comments on and closes pulls, determined by a seed."""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Sequence

from tests.bench.diffs import new_files
from tests.bench.people import People

REPOSITORIES = tuple(f"acme/shop{number}" for number in range(5))
MOST_OPEN = 20  # open pulls; the oldest are closed
WEIGHTS = {"open": 6, "push": 7, "command": 3, "chat": 2, "close": 2}


class Doings:
    """`done` counts the actions by name."""

    def __init__(self, people: People, seed: int) -> None:
        self._people = people
        self._chance = random.Random(seed)
        self._open: deque[str] = deque()
        self._numbers = 0
        self.done: Counter[str] = Counter()

    async def go_on(self, seconds: float, rate: float) -> None:
        """Acts at `rate` per minute, at seeded random times."""
        until = time.monotonic() + seconds
        due = time.monotonic()
        while (due := due + self._chance.expovariate(rate / 60)) < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._do()

    async def _do(self) -> None:
        what = self._chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
        if not self._open:
            what = "open"
        elif len(self._open) > MOST_OPEN:
            what = "close"
        await getattr(self, f"_{what}_one")()
        self.done[what] += 1

    async def _open_one(self) -> None:
        repository = self._chance.choice(REPOSITORIES)
        name, diff = self._change()
        self._open.append(f"{repository}/{await self._people.open(repository, name, diff)}")

    async def _push_one(self) -> None:
        _, diff = self._change()
        await self._people.push(self._any(self._open), diff, force=self._chance.random() < 0.2)

    async def _command_one(self) -> None:
        await self._people.say(self._any(self._open), "/review")

    async def _chat_one(self) -> None:
        await self._people.say(self._any(self._open), "Looks good to me.")

    async def _close_one(self) -> None:
        await self._people.close(self._open.popleft())

    def _any(self, pulls: Sequence[str]) -> str:
        return self._chance.choice(pulls)

    def _change(self) -> tuple[str, str]:
        """A unique name, and a diff of one to five files."""
        self._numbers += 1
        name = f"part_{self._numbers}"
        return name, new_files(name, self._chance.randint(1, 5), self._chance.randint(3, 40))
