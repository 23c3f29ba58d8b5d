"""The server, whole: web, relay and worker around one database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from bot import __version__
from bot.app.engines import engines
from bot.app.forge import forge
from bot.app.function import review_function, review_settings
from bot.app.holder import holder, is_gone
from bot.app.own_name import OwnName
from bot.core.jobs import State
from bot.engine import Store, connect
from bot.models.routing import Router
from bot.review.journey import Journey
from bot.review.publisher import Publisher
from bot.review.relay import Relay
from bot.review.reviewer import Reviewer
from bot.review.worker import Worker
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.web import Metrics, create_app, serve

log = structlog.get_logger()

EVENTS = ("pull_request", "issue_comment", "installation", "installation_repositories")


@dataclass(frozen=True)
class Bot:
    """A running server. `model` names the one that is asked first; None: no model is configured."""

    port: int
    model: str | None
    store: Store

    async def busy(self) -> bool:
        """Whether a delivery or a job is not yet done with."""
        if await self.store.inbox.unread(1):
            return True
        counts = await self.store.jobs.counts()
        return any(counts[state] for state in (State.WAITING, State.RUNNING, State.PARKED))


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Bot]:
    """Serves while the context lasts.

    Raises:
        SettingsError: a setting is wrong; nothing was started.
        ModuleError: a module cannot be used.
    """
    secrets = settings.webhook_secrets()
    async with AsyncExitStack() as stack:
        github = await stack.enter_async_context(forge(settings))
        sandbox = Sandbox(settings.cache_dir)
        function = await asyncio.to_thread(review_function, settings, sandbox)
        models = await stack.enter_async_context(engines(settings, sandbox))
        store = await stack.enter_async_context(await connect(settings.database))
        metrics = Metrics()
        router = Router(models, private_local_only=settings.private_local_only)
        reviewer = Reviewer(function, router, store.journal, metrics, review_settings(settings))
        publisher = Publisher(github, cap=settings.review_findings)
        journey = Journey(github, reviewer, publisher, store.records, metrics)
        name = OwnName(settings, github)
        worker = Worker(
            store.jobs, journey, metrics, name=holder(), slots=settings.workers, attempts=settings.attempts
        )
        await store.jobs.free(is_gone)
        app = create_app(
            inbox=store.inbox,
            jobs=store.jobs,
            secrets=secrets,
            events=EVENTS,
            checks={"database": store.check, "github": name.learn},
            metrics=metrics,
            version=__version__,
        )
        port = await stack.enter_async_context(serve(app, settings.host, settings.port))
        relay = Relay(store.inbox, store.jobs, name.triggers)
        for work in (relay.run, worker.run, name.keep_learning):
            await stack.enter_async_context(_running(work))
        yield Bot(port, models[0].model.name if models else None, store)


@asynccontextmanager
async def _running(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Runs `work` beside the block, and ends it with the block."""
    task = asyncio.create_task(_lasting(work))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _lasting(work: Callable[[], Awaitable[None]]) -> None:
    """A bug must not leave a server that takes deliveries and does nothing with them."""
    while True:
        try:
            return await work()
        except Exception:
            log.exception("a part of the server stopped; it is started again")
            await asyncio.sleep(1)
