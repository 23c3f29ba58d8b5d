"""The whole server in this process, with a simulated GitHub and a scripted model: one for many pull requests.

Each pull request is in a repository of an account of its own, so that what is refused to one hurts no other.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import select

from bot.app.serving import Bot, serving
from bot.core.jobs import Job
from bot.engine.db.tables import deliveries, jobs
from bot.engine.queue.transitions import ENDED, as_job
from bot.github import GitHubForge
from bot.review.intake import dispatcher
from bot.review.jobs import backoff, worker
from bot.settings import Settings, load
from github_simulator import Simulator, served
from github_simulator.control_requests import GrantApp
from github_simulator.state import Delivery
from tests.stories.refusals.model import answer_findings
from tests.stories.scripted_model import ScriptedModel, scripted_model
from tests.stories.stage import BOT, SECRET, private_key, settings

ATTEMPTS = 2
SLOTS = 8
PATIENCE = 240.0  # seconds; generous, for a machine that does other things
LOOK = 0.05  # seconds between two looks at the jobs


@dataclass
class House:
    """`calls` are those of GitHub's API that were made, `logged` what the server has to say."""

    simulator: Simulator
    model: ScriptedModel
    bot: Bot
    calls: list[Any] = field(default_factory=list)
    logged: list[dict[str, Any]] = field(default_factory=list)

    async def jobs(self, repository: str) -> list[Job]:
        query = select(jobs).where(jobs.c.repository == repository)
        rows = await self.bot.store.jobs._writer.run(lambda connection: connection.execute(query).all())
        return [as_job(row) for row in rows]

    async def is_read(self, delivery: str) -> bool:
        """Whether what a delivery asks for is stored as a job."""
        query = select(deliveries.c.read).where(deliveries.c.id == delivery)
        found = await self.bot.store.inbox._writer.run(lambda connection: connection.execute(query).scalar())
        return found is not None

    async def settled(self, repository: str, delivery: str | None = None) -> None:
        """Returns when every job of a repository has come to its end, told of or not."""
        async with asyncio.timeout(PATIENCE):
            while delivery and not await self.is_read(delivery):  # noqa: ASYNC110 - the database tells no one
                await asyncio.sleep(LOOK)
            while not all(map(_has_ended, await self.jobs(repository))):  # noqa: ASYNC110
                await asyncio.sleep(LOOK)

    async def told(self, repository: str) -> None:
        """Returns when every end has been told of, too."""
        async with asyncio.timeout(PATIENCE):
            while not all(job.state in ENDED for job in await self.jobs(repository)):  # noqa: ASYNC110
                await asyncio.sleep(LOOK)


def _has_ended(job: Job) -> bool:
    """Of one that only has to be told of, the first try to tell is over."""
    return job.state in ENDED or job.ending is not None


@asynccontextmanager
async def house(directory: Path, key: str = "", **more: str) -> AsyncIterator[House]:
    """Serves while the block runs. `key` is the App's, one of its own where none is given; `more` are further
    settings.
    """
    simulator = Simulator(secret=SECRET, app=1)
    simulator.grant_app(GrantApp(permissions={"contents": "write"}))
    async with scripted_model() as model, served(simulator):
        model.respond = answer_findings(model)
        _keep_own_events(simulator)
        settings = chosen(simulator, model, key or private_key(), directory, **more)
        with logged() as entries, in_haste():
            async with serving(settings) as bot:
                made = House(simulator, model, bot, logged=entries)
                simulator.hook.url = f"http://127.0.0.1:{bot.port}/webhooks/github"
                stop = simulator.on_call(_recorder(made))
                try:
                    yield made
                finally:
                    stop()
                    simulator.clear_faults()
                    await simulator.stop()


def chosen(
    simulator: Simulator, model: ScriptedModel | None, key: str, directory: Path, **more: str
) -> Settings:
    """The settings of a bot for this GitHub, whatever the tests' own environment says."""
    directory.mkdir(parents=True, exist_ok=True)
    environment = {
        **settings(simulator, model, key, directory),
        "ATTEMPTS": str(ATTEMPTS),
        "WORKERS": str(SLOTS),
        "SWEEP_MINUTES": "0",
        "CATCH_UP": "0",
        **more,
    }
    (directory / "settings.toml").touch()
    with patch.dict(os.environ, environment, clear=True):
        return load()


def _keep_own_events(simulator: Simulator) -> None:
    """What the bot does itself is told to nobody: it takes no notice, and that has tests of its own."""
    post = simulator.hook.post

    def quiet(event: str, payload: Mapping[str, Any], *more: Any) -> Delivery | None:
        return None if payload["sender"]["login"] == BOT else post(event, payload, *more)

    simulator.hook.post = quiet  # type: ignore[assignment,method-assign]


def _recorder(made: House) -> Any:
    async def record(moment: Any, call: Any) -> None:
        if moment == "before":
            made.calls.append(call)

    return record


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    """The warnings and errors of the block, each with the job that it is about; nothing is printed."""
    entries: list[dict[str, Any]] = []

    def keep(_: Any, level: str, entry: Any) -> Any:
        if level not in ("debug", "info"):
            entries.append({"level": level, **entry})
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, keep])
    try:
        yield entries
    finally:
        structlog.configure(**before)


@contextmanager
def in_haste() -> Iterator[None]:
    """The same waits, only shorter."""
    pauses: Mapping[str, Any] = {**(GitHubForge.__init__.__kwdefaults__ or {}), "pauses": (0.0,)}
    with (
        patch.object(backoff, "FIRST_BACKOFF", 0.02),
        patch.object(backoff, "LONGEST_BACKOFF", 0.5),
        patch.object(worker, "IDLE", 0.2),
        patch.object(dispatcher, "GATHER", 0.005),
        patch.object(GitHubForge.__init__, "__kwdefaults__", pauses),
    ):
        yield
