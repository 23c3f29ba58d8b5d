"""Measures how fast the whole pipeline reviews a backlog of pull requests, and its CPU time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.engine import connect
from tests.bench.diffs import new_files
from tests.bench.outside import Database, is_idle, looking_at
from tests.bench.people import left_over, reviewed
from tests.bench.program import NotRunning
from tests.bench.scene import Scene, scene

FILES = 3  # files per pull
REPOSITORIES = 5
LOOK = 0.02  # seconds between polls of the queue
QUIET = {"SWEEP_MINUTES": "0", "CATCH_UP": "0"}  # only deliveries trigger reviews here


@dataclass(frozen=True)
class Variant:
    """The roles of its processes; the first one receives the deliveries."""

    name: str
    roles: Sequence[str]
    postgres: bool


VARIANTS = (
    Variant("SQLite, all in one", ("all",), postgres=False),
    Variant("PostgreSQL, web + 1 worker", ("web", "worker"), postgres=True),
    Variant("PostgreSQL, web + 2 workers", ("web", "worker", "worker"), postgres=True),
)


@dataclass(frozen=True)
class Drained:
    """`reviews` in `seconds`, from the first claim to the last review.

    CPU seconds meanwhile: of the bot's processes; of the same since they were started; of GitHub and model.
    """

    reviews: int
    seconds: float
    cpu: float
    cpu_from_start: float
    others: float


async def drain(variant: Variant, directory: Path, database: str, pulls: int) -> Drained:
    """Raises `NotRunning` if a pull has no review at the end."""
    async with scene(directory, database) as acting:
        acting.settings |= QUIET
        async with _held_up(database):
            for role in variant.roles:
                await acting.start(role)
            await _open(acting, pulls)
        with looking_at(database) as seen:
            drained = await _work(acting, seen, pulls)
        state = await acting.people.state()
    if missing := left_over(state):
        raise NotRunning(f"{variant.name} left something over: {missing[:5]}")
    if reviewed(state) != pulls:
        raise NotRunning(f"{variant.name} made {reviewed(state)} reviews of {pulls}")
    return drained


@asynccontextmanager
async def _held_up(database: str) -> AsyncIterator[None]:
    """Receives deliveries without processing them: the dispatcher's lease is held by this process."""
    async with await connect(database, holder="bench") as store:
        await store.leases.acquire("dispatcher", 3600)
    yield
    async with await connect(database, holder="bench") as store:
        await store.leases.release("dispatcher")


async def _open(acting: Scene, pulls: int) -> None:
    for number in range(pulls):
        repository = f"acme/shop{number % REPOSITORIES}"
        await acting.people.open(repository, f"Part {number}", new_files(f"part_{number}", FILES))


async def _work(acting: Scene, seen: Database, pulls: int) -> Drained:
    """Waits until the queue is empty."""
    others, used = acting.others_cpu(), acting.bots_cpu()
    await _until(acting, lambda: seen.jobs().keys() & {"running", "done"})
    began = time.perf_counter()
    await _until(acting, lambda: is_idle(seen))
    seconds = time.perf_counter() - began
    total = acting.bots_cpu()
    return Drained(pulls, seconds, total - used, total, acting.others_cpu() - others)


async def _until(acting: Scene, holds: Callable[[], object]) -> None:
    while not holds():
        acting.check()
        await asyncio.sleep(LOOK)
