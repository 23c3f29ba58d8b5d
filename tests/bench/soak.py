"""Runs and monitors the bot for a long time, in a storm and with a failing model: `make soak`.

At the end the storm stops, and all work must complete. Exit status 1: some did not.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from github_simulator import BARE, PASSING, Storm
from tests.bench.contender import CACHE
from tests.bench.doings import Doings
from tests.bench.gauge import use
from tests.bench.outside import Database, is_idle, looking_at, metric
from tests.bench.people import left_over, lost
from tests.bench.program import NotRunning
from tests.bench.scene import Scene, scene
from tests.bench.trend import Sample, Trend
from tests.postgres import cluster

EVERY = 10.0  # seconds between samples
PATIENCE = 600.0  # seconds for all work to complete
RATE, TROUBLE = 0.05, 0.05  # of the storm, and of the model's failures
HASTY = ("-m", "tests.bench.hasty", "serve")
MINUTES = 1 / (24 * 60)  # as days
SHORT = {
    "SWEEP_MINUTES": "0.25",
    "KEEP_DELIVERIES_DAYS": str(5 * MINUTES),
    "KEEP_JOBS_DAYS": str(5 * MINUTES),
    "KEEP_JOURNAL_DAYS": str(5 * MINUTES),
    "KEEP_REVIEWS_DAYS": str(10 * MINUTES),
}
ROLES = {"sqlite": ("all",), "postgresql": ("web", "worker", "worker")}


class Soak:
    """One scene under load. `trend` contains the samples of its processes."""

    def __init__(self, acting: Scene, seen: Database, trend: Trend) -> None:
        self._acting = acting
        self._seen = seen
        self._trend = trend
        self._began = time.monotonic()

    async def watch(self) -> None:
        """Samples until it is cancelled. Raises `NotRunning` if a process has ended."""
        while True:
            self._acting.check()
            self.look()
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Takes a sample."""
        uses = {bot.name: use(bot.pid) for bot in self._acting.bots}
        seconds, seen = time.monotonic() - self._began, self._seen
        self._trend.add(Sample(seconds, uses, seen.jobs(), seen.unread(), seen.sizes()))

    async def settle(self) -> dict[str, Any]:
        """GitHub's state after all work has completed, or after the timeout."""
        await self._acting.people.calm()
        until = time.monotonic() + PATIENCE
        while True:
            idle = is_idle(self._seen)  # checked first: a delivery may arrive meanwhile
            state = await self._acting.people.state()
            if (idle and not lost(state) and is_idle(self._seen)) or time.monotonic() > until:
                return state
            await asyncio.sleep(1)

    async def reviews(self) -> int:
        """Completed reviews, by the bot's metrics."""
        counts = [await metric(bot.port, "review_bot_review_seconds_count") for bot in self._acting.bots]
        return round(sum(counts))


async def soak(given: argparse.Namespace, directory: Path, database: str, trend: Trend) -> bool:
    """Whether all work completed."""
    trouble = (given.seed, TROUBLE)
    async with scene(directory, database, trouble=trouble, serve=HASTY) as acting:
        acting.settings |= SHORT
        for role in ROLES[given.database]:
            await acting.start(role)
        with looking_at(database) as seen:
            work = Soak(acting, seen, trend)
            doings = Doings(acting.people, given.seed)
            await acting.people.begin(Storm(seed=given.seed, rate=RATE, kinds=PASSING - BARE))
            await _beside(work.watch, lambda: doings.go_on(given.minutes * 60, given.rate))
            state = await work.settle()
            work.look()
            tell_end(trend, doings.done, state, await work.reviews())
            tell_logs(directory)
            return tell_left_over(state, seen)


async def _beside(watch: Callable[[], Any], work: Callable[[], Any]) -> None:
    """Ends with `work`; raises what `watch` raises."""
    watching, working = asyncio.create_task(watch()), asyncio.create_task(work())
    try:
        await asyncio.wait({watching, working}, return_when=asyncio.FIRST_COMPLETED)
        for task in (watching, working):
            if task.done():
                task.result()
    finally:
        watching.cancel()
        working.cancel()
        await asyncio.gather(watching, working, return_exceptions=True)


def tell_end(trend: Trend, done: Counter[str], state: dict[str, Any], reviews: int) -> None:
    ends = Counter(check["conclusion"] for pull in state["pulls"] for check in pull["checks"])
    minutes = trend.samples[-1].seconds / 60
    tell(f"{minutes:.1f} minutes; people: {_counts(done)}; {len(state['deliveries'])} deliveries")
    tell(f"storm: {_counts(state['storm'])}")
    tell(f"{reviews} reviews; checks: {_counts(ends)}")
    tell("\n".join(trend.report()))
    for name, size in trend.samples[-1].sizes.items():
        largest = max(one.sizes[name] for one in trend.samples)
        tell(f"database, {name}: {size / 1e6:.2f} MB, at most {largest / 1e6:.2f} MB")


def tell_logs(directory: Path) -> None:
    """Prints the count of each log event, and the first of each error."""
    said: Counter[str] = Counter()
    for path in sorted(directory.glob("log *")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            level, event = _entry(line)
            said[f"{level}: {event}"] += 1
            if level in ("error", "critical") and said[f"{level}: {event}"] == 1:
                tell(f"{path.name} says: {line[:3000]}")
    tell("\n".join(["the bot's log:", *(f"{count:>7} {what}" for what, count in said.most_common(30))]))


def _entry(line: str) -> tuple[str, str]:
    try:
        entry = json.loads(line)
        return str(entry["level"]), str(entry["event"])
    except (ValueError, KeyError, TypeError):
        return "said", line[:120]


def tell_left_over(state: dict[str, Any], seen: Database) -> bool:
    """Prints unfinished work; returns True if there is none."""
    found = [*left_over(state), *(f"delivery {guid} never arrived" for guid in lost(state))]
    if not is_idle(seen):
        found.append(f"the queue did not drain: {seen.jobs()}, {seen.unread()} unread")
    tell("\n".join(["left over:", *found]) if found else "Nothing is left over.")
    return not found


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items(), key=str))


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def empty_database(kind: str, directory: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{directory / 'bot.db'}"
    else:
        with cluster() as running:
            yield running.fresh()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=tuple(ROLES), default="sqlite")
    parser.add_argument("--rate", type=float, default=20, help="doings a minute")
    parser.add_argument("--out", type=Path, default=CACHE / "soak.csv", help="where the samples go")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and stop the started processes
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="soak-", dir=CACHE) as name, given.out.open("w", newline="") as file:
        directory = Path(name)
        with empty_database(given.database, directory) as database:
            try:
                clean = asyncio.run(soak(given, directory, database, Trend(file)))
            except NotRunning as error:
                tell(str(error))
                clean = False
    sys.exit(not clean)


if __name__ == "__main__":
    main()
