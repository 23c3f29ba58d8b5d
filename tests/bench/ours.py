"""Our server in its configurations, and its stored deliveries after it was killed."""

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psycopg

from bot.github.webhooks import is_relevant
from github_simulator import Simulator, served
from tests.bench.contender import CACHE, CHECKOUT, SECRET
from tests.bench.program import NotRunning, Program, free_port
from tests.bench.reviewing import Reviewing, reviewing
from tests.postgres import Cluster
from tests.stories.stage import private_key, settings

MODULES = CACHE / "modules"


@dataclass(frozen=True)
class Ours:
    """`roles`: one process per role; none: one process with all roles. `every`: also reviews, at most one
    pull request in that many seconds; None: no reviews.

    `cluster`: the PostgreSQL server to use; None: SQLite files.
    """

    name: str
    roles: Sequence[str] = ()
    every: float | None = None
    cluster: Cluster | None = None

    @asynccontextmanager
    async def running(self, directory: Path) -> AsyncIterator["Server"]:
        simulator = Simulator(secret=SECRET, app=1)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(served(simulator))
            stack.push_async_callback(simulator.stop)
            environment = _environment(simulator, directory)
            if self.cluster:
                environment["DATABASE_URL"] = await asyncio.to_thread(self.cluster.fresh)
            server = Server(environment, simulator, self._programs(environment, directory))
            stack.push_async_callback(server.kill)
            await server.start()
            if self.every is not None:
                simulator.hook.url = f"http://127.0.0.1:{server.port}{server.path}"
                server.work = await stack.enter_async_context(reviewing(simulator, self.every))
            yield server

    def _programs(self, environment: Mapping[str, str], directory: Path) -> list[Program]:
        """The processes; the first one receives the load."""
        serve = [sys.executable, "-m", "bot.cli", "serve"]
        commands = [[*serve, "--role", role] for role in self.roles] or [serve]
        ports = [environment["PORT"], *("0" for _ in commands)]
        return [
            Program(command, {**environment, "PORT": port}, CHECKOUT, directory / f"log-{at}")
            for at, (command, port) in enumerate(zip(commands, ports, strict=False))
        ]


class Server:
    """Our server, running. See `Running` in contender.py."""

    path = "/webhooks/github"

    def __init__(
        self, environment: Mapping[str, str], simulator: Simulator, programs: Sequence[Program]
    ) -> None:
        self._database = environment["DATABASE_URL"]
        self._simulator = simulator
        self._programs = programs
        self.port = int(environment["PORT"])
        self.work: Reviewing | None = None

    async def start(self) -> None:
        for program in self._programs:
            await program.start()
        await self._programs[0].listens(self.port)

    def check(self) -> None:
        for program in self._programs:
            program.check()

    async def kill(self) -> None:
        for program in self._programs:
            await program.kill()

    def kept(self) -> Collection[str]:
        if self._database.startswith("postgresql"):
            return _kept_by_postgres(self._database)
        return _kept_in_files(Path(self._database.removeprefix("sqlite:///")).parent)

    def acknowledged(self) -> Collection[str]:
        """The stored deliveries; irrelevant ones are acknowledged but not stored."""
        deliveries = self._simulator.world.deliveries
        return {
            delivery.guid
            for delivery in deliveries
            if delivery.status == HTTPStatus.ACCEPTED and is_relevant(delivery.event, delivery.action)
        }

    def reviews(self) -> int:
        return self.work.made if self.work else 0


def _environment(simulator: Simulator, directory: Path) -> dict[str, str]:
    """All state is below `directory`, except compiled modules: compilation is not measured."""
    (directory / "settings.toml").touch()
    given = settings(simulator, None, private_key(), directory)
    own = {"PORT": str(free_port()), "CACHE_DIR": str(MODULES), "LOG_LEVEL": "warning"}
    return {**given, **own, "GITHUB_WEBHOOK_SECRET": SECRET}


def _kept_in_files(directory: Path) -> set[str]:
    """The deliveries in any of the database's files."""
    kept: set[str] = set()
    for path in directory.glob("*.db"):
        with closing(sqlite3.connect(path)) as file, contextlib.suppress(sqlite3.OperationalError):
            kept.update(row[0] for row in file.execute("SELECT id FROM deliveries"))
    if not kept:
        raise NotRunning(f"no deliveries are kept in {directory}")
    return kept


def _kept_by_postgres(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM deliveries")}
