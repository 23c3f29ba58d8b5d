"""Kills processes of the bot, without a word, at moments that chance chooses."""

import asyncio
import logging
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from tests.stories.crash.members import Crew, Member
from tests.stories.crash.pace import Pace

log = logging.getLogger(__name__)

KINDS = ("web", "worker", "inference")
# Of how many events of a kind one is chosen. Effects on GitHub have the windows that matter; most calls
# only look.
MOST = {"question": 4, "call": 25, "effect": 8}
LONGEST_DELAY = 0.7  # seconds
LONGEST_START = 1.5  # seconds into a start
LONGEST_IDLE = 2.5  # seconds without the event that was waited for; then the kill comes all the same
ON_THE_WIRE = 0.03  # seconds in which a delivery is under way
LONGEST_LACK = 20.0  # seconds without anybody of the wanted kind
LOOK = 0.02  # seconds


@dataclass(frozen=True)
class Stroke:
    """`early`: while the process that was killed last is starting again."""

    kind: str
    early: bool = False


@dataclass
class _Armed:
    """Struck is when the `left`-th event with one of these `signs` comes, and `delay` seconds later."""

    kind: str
    signs: tuple[str, ...]
    left: int
    delay: float = 0.0


def strokes(random: Random, kills: int) -> list[Stroke]:
    """A quarter strikes web, a quarter inference, the rest workers; a tenth of all comes in a start."""
    early, quarter = kills // 10, kills // 4
    kinds = ["web"] * quarter + ["inference"] * quarter
    kinds += ["worker"] * (kills - early - len(kinds))
    random.shuffle(kinds)
    deck = [Stroke(kind) for kind in kinds]
    for _ in range(early):
        places = [at for at, stroke in enumerate(deck) if stroke.kind != "inference"]
        at = random.choice(places)
        deck.insert(at + 1, Stroke(deck[at].kind, early=True))
    return deck


class Reaper:
    """`killed` counts the kills by kind, `early` those in the middle of a start."""

    def __init__(self, random: Random, crew: Crew, pace: Pace) -> None:
        self.killed: Counter[str] = Counter()
        self.early = 0
        self._random = random
        self._crew = crew
        self._pace = pace
        self._armed: _Armed | None = None
        self._struck = asyncio.Event()
        self._last: Member | None = None

    async def run(self) -> None:
        """Returns when the last stroke is done."""
        for number, stroke in enumerate(strokes(self._random, self._pace.kills)):
            await self._pace.kill_due(number)
            if stroke.early and self._last:
                await self._strike_early(self._last)
                self._count(stroke.kind)
            else:
                self._count(await self._strike_sometime(stroke.kind))

    def tick(self, sign: str) -> None:
        """Something happens: a look at GitHub or an effect on it, a question, a deed of people."""
        armed = self._armed
        if armed and sign in armed.signs:
            armed.left -= 1
            if armed.left == 0:
                self._fire(armed)

    async def _strike_sometime(self, kind: str) -> str:
        """Returns what was struck: a worker, where no process holds a model for long."""
        self._struck.clear()
        if self._random.random() < 0.25:
            await asyncio.sleep(self._random.uniform(0, LONGEST_DELAY))
        else:
            self._armed = self._arm(kind)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._struck.wait(), LONGEST_IDLE)
            self._armed = None
        patience = asyncio.get_running_loop().time() + LONGEST_LACK
        while not (self._struck.is_set() or self._strike(kind)):
            await asyncio.sleep(LOOK)
            if asyncio.get_running_loop().time() > patience:
                kind = "worker"
        return kind

    async def _strike_early(self, member: Member) -> None:
        while not (member.starting or member.ready):  # noqa: ASYNC110
            await asyncio.sleep(LOOK)
        await asyncio.sleep(self._random.uniform(0, LONGEST_START))
        starting = member.starting
        while not member.kill():
            await asyncio.sleep(LOOK)
            starting = member.starting
        self.early += starting

    def _arm(self, kind: str) -> _Armed:
        if kind == "web":
            delay = self._random.uniform(0, ON_THE_WIRE)
            return _Armed(kind, ("deed",), self._random.randint(1, 2), delay)
        sign, most = self._random.choice(tuple(MOST.items()))
        return _Armed(kind, (sign,), self._random.randint(1, most))

    def _fire(self, armed: _Armed) -> None:
        """At once, in the middle of whatever has called."""
        if armed.delay:
            self._armed = None
            asyncio.get_running_loop().call_later(armed.delay, self._strike_once, armed.kind)
        elif not self._strike(armed.kind):
            armed.left = 1  # nobody is there to be struck: at the next event, then

    def _strike_once(self, kind: str) -> None:
        if not self._struck.is_set():
            self._strike(kind)

    def _strike(self, kind: str) -> bool:
        """Kills one of that kind. False when there is none that has started."""
        struck = self._strike_model() if kind == "inference" else self._strike_member(kind)
        if struck:
            self._armed = None
            self._struck.set()
        return struck

    def _strike_member(self, kind: str) -> bool:
        ready = self._crew.ready(kind)
        if ready:
            self._last = self._random.choice(ready)
            self._last.kill()
        return bool(ready)

    def _strike_model(self) -> bool:
        return any(_kill(pid) for pid in self._shuffled(self._crew.inferences()))

    def _shuffled(self, pids: list[int]) -> Iterator[int]:
        return iter(self._random.sample(pids, len(pids)))

    def _count(self, kind: str) -> None:
        self.killed[kind] += 1
        self._pace.killed += 1
        pace = self._pace
        log.info("%d of %d killed, %d of %d reviewed", pace.killed, pace.kills, pace.finished, pace.pulls)


def _kill(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False
