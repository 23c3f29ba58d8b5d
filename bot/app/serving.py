"""Runs the server: the web part receives deliveries, the worker part reviews; both share one database.

A process with the web part only needs no key except the webhook secret, and loads no module and no model.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot import __version__
from bot.app.memory import fix_limits, return_freed_memory
from bot.app.process_identity import holder, is_gone
from bot.app.worker_parts import WorkerParts, worker_parts
from bot.core.errors import BotError, Retry
from bot.core.jobs import JobState
from bot.engine import ClaimLimits, Store, connect
from bot.github.webhooks import WebhookEvents
from bot.settings import Settings
from bot.web import PrometheusMetrics, create_app, create_probes, serve
from bot.web.readiness import Check

log = structlog.get_logger()


@dataclass
class Bot:
    """A running server. `model` is the name of the first model; None: no model is configured."""

    port: int
    model: str | None
    store: Store
    worker: WorkerParts | None
    stopping: bool = False

    async def busy(self) -> bool:
        """Whether a delivery is unread or a job has not ended."""
        if await self.store.inbox.unread_count():
            return True
        counts = await self.store.jobs.counts()
        return any(counts[state] for state in (JobState.WAITING, JobState.RUNNING, JobState.PARKED))

    async def drain(self, grace: float) -> None:
        """Starts no new jobs; waits up to `grace` seconds for running ones. Still receives deliveries."""
        self.stopping = True
        if self.worker:
            for lease in self.worker.leases:
                with suppress(BotError):  # the lease expires by itself
                    await lease.release()
            await self.worker.worker.stop(grace)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Bot]:
    """Serves while the context lasts.

    Raises:
        SettingsError: a setting is wrong; nothing was started.
        ModuleError: a module cannot be used.
    """
    trim = fix_limits()
    async with AsyncExitStack() as stack:
        secrets = settings.webhook_secrets() if settings.role != "worker" else ()
        store = await stack.enter_async_context(await _store(settings))
        metrics = PrometheusMetrics()
        parts = None
        if settings.role != "web":
            parts = await stack.enter_async_context(worker_parts(settings, store, metrics))
        bot = Bot(0, parts.models[0].model.name if parts and parts.models else None, store, parts)
        await store.jobs.free(is_gone)
        app = _app(secrets, store, metrics, _checks(bot))
        bot.port = await stack.enter_async_context(serve(app, settings.host, settings.port))
        for work in (lambda: return_freed_memory(trim), *((*parts.loops, parts.worker.run) if parts else ())):
            await stack.enter_async_context(_running(work))
        yield bot


async def _store(settings: Settings) -> Store:
    limits = ClaimLimits(total=settings.workers_total, installation=settings.workers_per_installation)
    return await connect(
        settings.database,
        direct_url=settings.database_direct_url,
        limits=limits,
        holder=holder(),
        is_gone=is_gone,
    )


def _app(
    secrets: tuple[str, ...], store: Store, metrics: PrometheusMetrics, checks: Mapping[str, Check]
) -> web.Application:
    """The web application; without secrets it receives no deliveries."""
    if not secrets:
        return create_probes(
            inbox=store.inbox, jobs=store.jobs, checks=checks, metrics=metrics, version=__version__
        )
    return create_app(
        inbox=store.inbox,
        jobs=store.jobs,
        secrets=secrets,
        events=WebhookEvents(),
        checks=checks,
        metrics=metrics,
        version=__version__,
    )


def _checks(bot: Bot) -> Mapping[str, Check]:
    async def stopping() -> None:
        if bot.stopping:
            raise Retry("the server is stopping")

    checks: dict[str, Check] = {"database": bot.store.check, "server": stopping}
    return checks | {"github": bot.worker.identity.fetch} if bot.worker else checks


@asynccontextmanager
async def _running(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Runs `work` in the background while the context lasts."""
    task = asyncio.create_task(_keep_running(work))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_running(work: Callable[[], Awaitable[None]]) -> None:
    """Restarts `work` after a bug: a server must not accept deliveries without processing them."""
    while True:
        try:
            return await work()
        except Exception:
            log.exception("background_task_crashed")
            await asyncio.sleep(1)
