"""What a review costs with and without look-ups in the repository: `make bench-lookups`, or
`python -m tests.bench.lookups 1000 10000`.

A real server reviews one pull request of a repository of so many files, those of `make bench-index`. The
archive is sent from disk, and the scripted model answers at once, so the seconds are the server's own.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.models.token_counting import exact
from github_simulator import Simulator, served
from tests.bench.contender import CHECKOUT
from tests.bench.gauge import cpu
from tests.bench.index import COUNTS, pack
from tests.bench.ours import MODULES
from tests.stories.index_process import own_cache
from tests.stories.scripted_model import ScriptedModel, scripted_model
from tests.stories.stage import SECRET, Server, Stage, private_key, settings

PATIENCE = 300.0  # seconds for a review
PIECE = 64 * 1024  # bytes
HEADER = (
    "| files | archive | look-ups | review | CPU | calls to GitHub | questions | tokens of prompts |\n"
    "|---|---|---|---|---|---|---|---|\n"
)
CHANGE = """\
diff --git a/shop/totals.py b/shop/totals.py
new file mode 100644
--- /dev/null
+++ b/shop/totals.py
@@ -0,0 +1,9 @@
+from bot.core.diff import parse_diff
+from bot.core.llm.journal_key import journal_key
+
+
+def totals(diff: str, question: dict[str, str]) -> dict[str, int]:
+    files = parse_diff(diff)
+    key = journal_key(question)
+    lines = sum(file.additions + file.deletions for file in files)
+    return {key: lines}
"""


def _pieces(archive: Path) -> Iterator[bytes]:
    with archive.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _tokens(model: ScriptedModel) -> int:
    return sum(exact(message["content"]) for body in model.asked for message in body["messages"])


async def measure(archive: Path, directory: Path, *, lookups: bool) -> str:
    """A row of the table."""
    simulator = Simulator(secret=SECRET, app=1)
    simulator.world.archives.made = lambda: _pieces(archive)
    (directory / "settings.toml").touch()
    async with scripted_model() as model, served(simulator):
        own = settings(simulator, model, private_key(), directory)
        own |= {"CACHE_DIR": str(MODULES), "LOG_LEVEL": "info", "PYTHONPATH": str(CHECKOUT)}
        own |= {"REVIEW_LOOKUPS": str(lookups).lower(), "CONTROL_QUESTIONS": "false"}
        stage = Stage(simulator, model, Server(own))
        own_cache(stage, directory)
        try:
            await stage.start()
            return await _row(stage, lookups=lookups)
        finally:
            stage.server.kill()


async def _row(stage: Stage, *, lookups: bool) -> str:
    """Its columns, but for those of the repository."""
    process = stage.server._process
    assert process
    calls = sum(stage.simulator.pipeline.calls.counts.values())
    used, started = cpu(process.pid), time.perf_counter()
    number = await stage.open(CHANGE)
    await stage.until(lambda: stage.is_reviewed(number), "a review", PATIENCE)
    seconds, used = time.perf_counter() - started, cpu(process.pid) - used
    calls = sum(stage.simulator.pipeline.calls.counts.values()) - calls
    columns = (
        "with" if lookups else "without",
        f"{seconds:.1f} s",
        f"{used:.1f} s",
        str(calls),
        str(len(stage.model.asked)),
        f"{_tokens(stage.model):,}",
    )
    return " | ".join(columns)


def main(arguments: Sequence[str]) -> None:
    counts = [int(word) for word in arguments] or COUNTS
    sys.stdout.write(HEADER)
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "repository.tgz"
            pack(archive, count)
            for lookups in (False, True):
                directory = Path(folder) / str(lookups)
                directory.mkdir()
                row = asyncio.run(measure(archive, directory, lookups=lookups))
                sys.stdout.write(f"| {count:,} | {archive.stat().st_size / 1e6:.0f} MB | {row} |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
