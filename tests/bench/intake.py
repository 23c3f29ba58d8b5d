"""Measures how fast our server and others acknowledge deliveries: `make bench-intake`.

All get the same signed body, recorded from GitHub. They are measured in turn, in an order that rotates with
each round; the output shows medians over the rounds.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

from tests.bench.contender import CACHE, Contender
from tests.bench.disk import fsync_ms
from tests.bench.ours import Ours
from tests.bench.peers import pr_agents, probots, versions
from tests.bench.program import NotRunning
from tests.bench.table import errors, line, ratios, table
from tests.bench.turn import MANY, RATE, Plan, Turn, take_turn
from tests.npm.paths import recorded_deliveries
from tests.postgres import cluster

QUICK = Plan(warm=0.3, full=0.5, steady=1.0)
ROLES = ("web", "worker")


def delivery_body() -> str:
    """A recorded delivery about a label, which all servers store and then ignore."""
    recorded = recorded_deliveries()["pull_request"]
    return json.dumps(next(payload for payload in recorded if payload["action"] == "labeled"))


def contenders(stack: ExitStack) -> Iterator[Contender]:
    """Ours, then the peers. Reports and omits those that are not available."""
    yield Ours("ours: one process, SQLite")
    yield Ours("ours: the same, a review a second", every=1)
    yield Ours("ours: the same, as many as it can", every=0)
    yield Ours("ours: web + worker, SQLite, as many", ROLES, every=0)
    try:
        postgres = stack.enter_context(cluster())
        yield Ours("ours: web + worker, PostgreSQL, as many", ROLES, every=0, cluster=postgres)
    except RuntimeError as error:
        tell(f"PostgreSQL: {error}")
    for installed in (probots, pr_agents):
        try:
            yield from installed()
        except NotRunning as error:
            tell(str(error))


async def measure(
    chosen: Sequence[Contender], rounds: int, plan: Plan
) -> tuple[Mapping[str, list[Turn]], float]:
    """The turns of each server by name, and the fsync times meanwhile."""
    body = delivery_body()
    turns: dict[str, list[Turn]] = defaultdict(list)
    waits: list[float] = []
    standing = list(chosen)
    for number in range(rounds):
        waits.append(fsync_ms(CACHE))
        first = number % len(chosen)
        for contender in standing[first:] + standing[:first]:
            try:
                turn = await take_turn(contender, plan, body)
                turns[contender.name].append(turn)
                tell(f"round {number + 1}  {line(contender.name, [turn])}")
            except NotRunning as error:
                tell(f"{contender.name} is left out: {error}")
                standing.remove(contender)
    return turns, statistics.median(waits)


def report(turns: Mapping[str, list[Turn]], wait: float, rounds: int) -> str:
    made_of = ", ".join(f"{name} {version}" for name, version in versions().items())
    return f"""\
{made_of}
Medians of {rounds} rounds, in rotating order; logs are off everywhere.
Load generator, servers and the simulated GitHub share {os.cpu_count()} cores (load {os.getloadavg()[2]:.1f}).
Latencies at {RATE:.0f}/s count from the moment at which a delivery was due; "late" is how late the generator
itself sent, at p99. Who acknowledges fewer than that at full speed falls behind for as long as it lasts.
Ours has every delivery on the disk before its 202; an append of 4 kB with its fsync takes {wait:.2f} ms here.
"durable" counts the deliveries found in the database after the processes were killed, of those acknowledged.
The others write none: what they acknowledged and have not done is gone with the process.

{table(turns, MANY, RATE)}
{errors(turns)}

{ratios(turns, MANY)}
"""


def tell(text: str) -> None:
    """Reports progress on stderr, apart from the figures."""
    sys.stderr.write(f"{text}\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round: does the bench itself work?")
    parser.add_argument("--only", default="", help="measure only servers whose name contains this")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    rounds, plan = (1, QUICK) if given.quick else (given.rounds, Plan())
    CACHE.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        chosen = [one for one in contenders(stack) if given.only in one.name]
        turns, wait = asyncio.run(measure(chosen, rounds, plan))
    sys.stdout.write(report(turns, wait, rounds))


if __name__ == "__main__":
    main()
