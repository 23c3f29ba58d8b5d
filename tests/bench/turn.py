"""Measures one server once: starts it, checks it, applies the load, kills it, and counts its rows."""

import asyncio
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.contender import CACHE, SECRET, Contender, Running
from tests.bench.load import Order, Outcome, load
from tests.bench.program import NotRunning

RATE = 200.0  # deliveries per second
MANY = 16  # connections


@dataclass(frozen=True)
class Plan:
    """The seconds of each part of a turn."""

    warm: float = 1.5
    full: float = 3.0  # per part without a rate
    steady: float = 6.0  # of the part at RATE


@dataclass(frozen=True)
class Turn:
    """Acknowledgements per second over one connection and over many; latencies at RATE in milliseconds.

    `acknowledged` counts deliveries that got a 2xx, `lost` those of them that did not survive the processes
    (None: the server stores none). `late` is the generator's own delay at RATE.
    """

    one: float
    many: float
    p50: float
    p99: float
    late: float
    errors: Counter[str]
    acknowledged: int
    lost: int | None
    reviews: int


async def take_turn(contender: Contender, plan: Plan, body: str) -> Turn:
    """Raises `NotRunning` if the server does not start, or does not verify signatures."""
    CACHE.mkdir(parents=True, exist_ok=True)
    # Next to the checkout, because the system's temporary directory may be in memory.
    with TemporaryDirectory(prefix="turn-", dir=CACHE) as name:
        async with contender.running(Path(name)) as running:
            first = await _proven(running, body)
            outcomes = [await load(order) for order in _orders(running, plan, body)]
            running.check()
            await running.kill()
            return await asyncio.to_thread(_count, running, [first, *outcomes])


async def _proven(running: Running, body: str) -> Outcome:
    """Checks that a signed delivery is accepted, and one with another secret refused."""
    taken = await load(Order(running.port, running.path, body, SECRET, seconds=0.1, rate=10))
    refused = await load(Order(running.port, running.path, body, "another secret", seconds=0.1, rate=10))
    if len(taken.acknowledged) != 1 or not all(error.startswith("status 4") for error in refused.errors):
        raise NotRunning(f"it does not take what is signed and refuse the rest: {taken} {refused}")
    if refused.acknowledged:
        raise NotRunning("it takes deliveries whose signature is wrong")
    return taken


def _orders(running: Running, plan: Plan, body: str) -> list[Order]:
    """Warm-up, load at RATE, and finally full speed, which may leave a backlog."""
    port, path = running.port, running.path
    return [
        Order(port, path, body, SECRET, plan.warm, rate=RATE / 2),
        Order(port, path, body, SECRET, plan.steady, rate=RATE),
        Order(port, path, body, SECRET, plan.full, connections=1),
        Order(port, path, body, SECRET, plan.full, connections=MANY),
    ]


def _count(running: Running, outcomes: Sequence[Outcome]) -> Turn:
    *_, steady, one, many = outcomes
    acknowledged = {delivery for outcome in outcomes for delivery in outcome.acknowledged}
    acknowledged.update(running.acknowledged())
    kept = running.kept()
    return Turn(
        one=len(one.acknowledged) / one.seconds,
        many=len(many.acknowledged) / many.seconds,
        p50=percentile(steady.latencies, 50),
        p99=percentile(steady.latencies, 99),
        late=percentile(steady.late, 99),
        errors=sum((Counter(outcome.errors) for outcome in outcomes), Counter[str]()),
        acknowledged=len(acknowledged),
        lost=None if kept is None else len(acknowledged.difference(kept)),
        reviews=running.reviews(),
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """Infinite without values: nothing was answered."""
    if len(values) < 2:
        return float("inf")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
