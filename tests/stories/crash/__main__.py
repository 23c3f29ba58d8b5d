"""A long run: `python -m tests.stories.crash --kills 200 --pulls 100 --database sqlite --seed 1`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from tests.gguf_models import make_model
from tests.pgbouncer import pooler
from tests.postgres import cluster
from tests.stories.crash.plan import Database, Plan
from tests.stories.crash.run import play

SESSIONS = 6  # of the server, for all processes behind PgBouncer


def main() -> int:
    """The exit status: 1 when something did not hold."""
    told = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with TemporaryDirectory(prefix="review-bot-crash-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        gguf = make_model(directory / "tiny.gguf", context=49_152, favourite='"')
        with _database(told.database, directory) as url:
            plan = Plan(told.database, url, told.pulls, told.kills, told.seed, directory, gguf)
            tale = asyncio.run(play(plan))
    sys.stdout.write("\n".join([*tale.faults, tale.summary, f"{len(tale.faults)} faults", ""]))
    return 1 if tale.faults else 0


@contextmanager
def _database(kind: Database, directory: Path) -> Iterator[str]:
    """The URL of an empty one."""
    if kind == "sqlite":
        yield f"sqlite:///{directory / 'bot.db'}"
        return
    with cluster() as running:
        url = running.fresh()
        if kind == "postgresql":
            yield url
            return
        with pooler(running, SESSIONS) as port:
            yield url.replace(f":{running.port}/", f":{port}/")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pulls", type=int, default=100)
    parser.add_argument("--database", choices=get_args(Database), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
