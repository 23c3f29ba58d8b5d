"""How fast jobs are claimed on PostgreSQL: `make bench-claims`.

All processes of a row are claimers in this one, which shares its cores with the server.
"""

import asyncio
import statistics
import sys
import time
from datetime import timedelta

from bot.core.change import PullRef
from bot.core.jobs import Cause, Task
from bot.engine import Store, connect
from tests.postgres import Cluster, cluster

JOBS = 600
REPOSITORIES = 40
STORES = 8  # the most connections pools; further claimers share them
LEASE = timedelta(minutes=5)
ROWS = ((1, 1), (1, 4), (4, 4), (8, 4), (32, 4))  # processes, and free slots of each
HEADER = "| processes | slots of each | claims a second | a claim, median | p99 |\n|---|---|---|---|---|\n"


async def _fill(store: Store) -> None:
    for first in range(0, JOBS, 50):
        numbers = range(first, first + 50)
        await asyncio.gather(*(store.jobs.submit(_task(number)) for number in numbers))


def _task(number: int) -> Task:
    pull = PullRef(repository=f"o/r{number % REPOSITORIES}", number=number + 1)
    return Task(pull=pull, cause=Cause.PUSHED, head="a1")


async def measure(server: Cluster, processes: int, slots: int) -> str:
    """A row of the table."""
    url = server.fresh()
    stores = [await connect(url) for _ in range(min(processes, STORES))]
    await _fill(stores[0])
    seconds: list[float] = []

    async def work(number: int) -> int:
        jobs, claimed = stores[number % len(stores)].jobs, 0
        while True:
            started = time.perf_counter()
            found = await jobs.claim_some(f"w{number}", LEASE, slots)
            seconds.append(time.perf_counter() - started)
            if not found:
                return claimed
            claimed += len(found)

    started = time.perf_counter()
    claimed = sum(await asyncio.gather(*map(work, range(processes))))
    took = time.perf_counter() - started
    for store in stores:
        await store.close()
    worst = sorted(seconds)[int(len(seconds) * 0.99)]
    columns = (
        processes,
        slots,
        f"{claimed / took:.0f}",
        f"{statistics.median(seconds) * 1000:.0f} ms",
        f"{worst * 1000:.0f} ms",
    )
    return f"| {' | '.join(map(str, columns))} |\n"


def main() -> None:
    sys.stdout.write(HEADER)
    with cluster() as server:
        for processes, slots in ROWS:
            sys.stdout.write(asyncio.run(measure(server, processes, slots)))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
