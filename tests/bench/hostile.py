"""What a server endures while it reviews hostile repositories: `make bench-hostile`, or
`python -m tests.bench.hostile many_files parsers`; `--scale 0.01` makes them smaller.

A real server reviews one pull request for each archive of `tests/hostile_archives.py`, which the simulated
GitHub makes while it sends it. Meanwhile a thread asks `/health`, and reads memory and disk.
"""

import argparse
import asyncio
import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from github_simulator import Simulator, served
from tests.bench.contender import CHECKOUT
from tests.bench.gauge import family, peak
from tests.bench.ours import MODULES
from tests.hostile_archives import HOSTILE
from tests.stories.diffs import LOOP
from tests.stories.index_process import left_over, own_cache, reads_repositories
from tests.stories.scripted_model import scripted_model
from tests.stories.stage import SECRET, Server, Stage, private_key, settings

PATIENCE = 900.0  # seconds for a review
PAUSE = 0.05  # seconds between two looks
SLOWEST = 20.0  # seconds for an answer of /health
ONLY_THE_DIFF = "The review sees only the diff, because "
HEADER = (
    "| repository | first question | review | /health, median | longest | server | reader | disk | "
    "the review sees |\n|---|---|---|---|---|---|---|---|---|\n"
)


@dataclass
class Watch:
    """What was seen: seconds of the answers of /health, peaks of memory and disk in megabytes."""

    pid: int
    port: int
    folder: Path
    health: list[float] = field(default_factory=list)
    server: float = 0.0
    reader: float = 0.0
    disk: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Until the watch is over."""
        while not self._over.wait(PAUSE):
            self.health.append(_asked(self.port))
            self.server = max(self.server, peak(self.pid))
            with suppress(OSError, StopIteration):
                readers = [pid for pid in family(self.pid) if reads_repositories(pid)]
                self.reader = max([self.reader, *map(peak, readers)])
            self.disk = max(self.disk, _size(self.folder))

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self.look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()


def _asked(port: int) -> float:
    """Seconds until /health has answered; those of a whole wait if it has not."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SLOWEST)
    with suppress(OSError):
        connection.request("GET", "/health")
        connection.getresponse().read()
    connection.close()
    return time.perf_counter() - started


def _size(folder: Path) -> float:
    """Megabytes of all files below the folder."""
    sizes = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            sizes.append(path.stat().st_size)
    return sum(sizes) / 1e6


async def measure(name: str, scale: float, directory: Path) -> str:
    """A row of the table."""
    simulator = Simulator(secret=SECRET, app=1)
    simulator.world.archives.made = lambda: HOSTILE[name](scale)
    (directory / "settings.toml").touch()
    async with scripted_model() as model, served(simulator):
        own = settings(simulator, model, private_key(), directory)
        own |= {"CACHE_DIR": str(MODULES), "LOG_LEVEL": "info", "PYTHONPATH": str(CHECKOUT)}
        stage = Stage(simulator, model, Server(own))
        indexes = own_cache(stage, directory)
        try:
            await stage.start()
            return await _row(name, stage, indexes)
        finally:
            stage.server.kill()


async def _row(name: str, stage: Stage, indexes: Path) -> str:
    process = stage.server._process
    assert process
    watch = Watch(process.pid, stage.server.port, indexes)
    started = time.perf_counter()
    with watch.watching():
        number = await stage.open(LOOP)
        await stage.until(lambda: stage.model.asked, "a question", PATIENCE)
        asked = time.perf_counter() - started
        await stage.until(lambda: stage.is_reviewed(number), "a review", PATIENCE)
        reviewed = time.perf_counter() - started
    left = list(left_over(indexes))
    columns = (
        name.replace("_", " "),
        f"{asked:.1f} s",
        f"{reviewed:.1f} s",
        f"{statistics.median(watch.health) * 1000:.0f} ms",
        f"{max(watch.health) * 1000:.0f} ms",
        f"{watch.server:.0f} MB",
        f"{watch.reader:.0f} MB",
        f"{watch.disk:.0f} MB",
        _sees(stage.summary(number)) + (f", left over: {left}" if left else ""),
    )
    return f"| {' | '.join(columns)} |\n"


def _sees(summary: str) -> str:
    """What the review says that it sees."""
    _, found, reason = summary.partition(ONLY_THE_DIFF)
    reason = reason.partition("\n")[0].removeprefix("the repository cannot be read: ").rstrip(".")
    return f"the diff: {reason}" if found else "the repository"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.hostile")
    parser.add_argument("names", nargs="*", choices=[*HOSTILE, []], metavar="NAME")
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args(arguments)
    sys.stdout.write(HEADER)
    for name in options.names or HOSTILE:
        with tempfile.TemporaryDirectory() as directory:
            sys.stdout.write(asyncio.run(measure(name, options.scale, Path(directory))))
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
