"""The process of a server that reads repositories, as it is seen from outside."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.bench.gauge import PROC, cpu, family
from tests.hostile_archives import many_files
from tests.stories.stage import Stage

_LARGE = 0.08  # of a million files
_START = 1.5  # CPU seconds, more than a start takes
_MODULE = b"bot.repository.child"


def own_cache(stage: Stage, directory: Path) -> Path:
    """Gives the server a cache of its own, with the compiled modules of the others. Returns the folder of
    the indexes.
    """
    cache = directory / "own-cache"
    shared = Path(stage.server.settings["CACHE_DIR"])
    if shared.exists():
        shutil.copytree(shared, cache, ignore=shutil.ignore_patterns("repositories"))
    stage.server.settings = {**stage.server.settings, "CACHE_DIR": str(cache)}
    return cache / "repositories"


def index_processes(stage: Stage) -> list[int]:
    """Those that the server has started and that run."""
    process = stage.server._process
    return [pid for pid in family(process.pid) if reads_repositories(pid)] if process else []


def reads_repositories(pid: int) -> bool:
    """Whether the process lives, and is one that reads repositories."""
    with suppress(OSError):
        return _MODULE in (PROC / str(pid) / "cmdline").read_bytes()
    return False


async def at_work(stage: Stage) -> int:
    """Waits until the process reads an archive, which has to be large."""
    stage.simulator.world.archives.made = lambda: many_files(_LARGE)
    await stage.until(
        lambda: any(cpu(pid) > _START for pid in index_processes(stage)), "an index in the making"
    )
    stage.simulator.world.archives.made = None
    [pid] = index_processes(stage)
    return pid


def left_over(indexes: Path) -> Iterator[str]:
    """What is in the folder of the indexes beside them."""
    for path in indexes.iterdir():
        if not path.name.endswith((".db", ".db-wal", ".db-shm")):
            yield path.name
