"""What a worker consists of, made from the settings and put together around a database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.app.engines import Keepers, engines, guarded
from bot.app.forge import forge
from bot.app.function import review_function
from bot.app.holder import holder, is_gone
from bot.app.local import watch
from bot.app.own_name import OwnName
from bot.app.reviewing import reviewing
from bot.app.schedule import Lead, Repeated
from bot.engine import Keep, Store
from bot.github import GitHubForge
from bot.models.breaker import Circuit, Guarded
from bot.models.routing import Router
from bot.review.awaited import Awaited, Patrol
from bot.review.endings import Endings
from bot.review.relay import Relay
from bot.review.sweep import Sweep
from bot.review.worker import Worker
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.web import Metrics

EVENTS = (
    "pull_request",
    "issue_comment",
    "pull_request_review_comment",
    "pull_request_review",
    "check_suite",
    "check_run",
    "merge_group",
    "installation",
    "installation_repositories",
)
HOUR = 3600.0
PATROL_EVERY = 120.0  # seconds
FREE_EVERY = 5.0  # seconds
CATCH_UP_EVERY = 6 * HOUR
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Workshop:
    """Everything that reviews. `loops` go on beside the worker, as long as it does."""

    models: Sequence[Guarded]
    name: OwnName
    worker: Worker
    loops: Sequence[Callable[[], Awaitable[None]]]
    leads: Sequence[Lead]


@asynccontextmanager
async def workshop(settings: Settings, store: Store, metrics: Metrics) -> AsyncIterator[Workshop]:
    """Raises `SettingsError` or `ModuleError`; nothing was started then."""
    async with AsyncExitStack() as stack:
        github = await stack.enter_async_context(forge(settings, store.gates))
        sandbox = Sandbox(settings.cache_dir)
        function = await asyncio.to_thread(review_function, settings, sandbox)
        keepers = Keepers(settings, store.gates)
        plain = await stack.enter_async_context(engines(settings, sandbox, keepers, store.permits))
        watch(plain, metrics.watch_local)
        models = guarded(plain, keepers)
        for model in models:
            metrics.watch_model(model.model.name, partial(_rests, model))
        router = Router(models, private_local_only=settings.private_local_only)
        name = OwnName(settings, github)
        made = reviewing(settings, store, github, name, function=function, router=router, meter=metrics)
        me = holder()
        endings = Endings(store.jobs, made.telling, metrics, name=me, attempts=settings.attempts)
        worker = Worker(store.jobs, made.journey, endings, name=me, slots=settings.workers)
        carries = Lead(store.leases, "relay")
        relay = Relay(store.inbox, store.jobs, name.triggers, carries)
        repeated = _repeated(settings, store, _sweep(settings, store, github))
        leads = (carries, *(lead for lead, _ in repeated))
        loops = (relay.run, name.keep_learning, free(store).run, *(loop.run for _, loop in repeated))
        yield Workshop(models, name, worker, loops, leads)


def _rests(model: Guarded) -> bool:
    return model.state is not Circuit.CLOSED


def free(store: Store) -> Repeated:
    """Takes the jobs of processes that ended on this machine without a word: their leases need not lapse."""

    async def work() -> int:
        return await store.jobs.free(is_gone)

    return Repeated("free", _always, work, FREE_EVERY)


async def _always() -> bool:
    return True


def _sweep(settings: Settings, store: Store, github: GitHubForge) -> Sweep:
    return Sweep(
        github,
        store.inbox,
        store.jobs,
        store.records,
        store.notes,
        events=EVENTS,
        drafts=settings.review_drafts,
        bots=settings.review_bots,
        most=settings.catch_up,
    )


def _repeated(settings: Settings, store: Store, sweep: Sweep) -> Sequence[tuple[Lead, Repeated]]:
    """What is done now and then, each by one process of all."""

    async def prune() -> int:
        return sum((await store.retention.prune(keep(settings))).values())

    patrol = Patrol(Awaited(store.notes), store.jobs)
    wanted = [("prune", prune, HOUR), ("patrol", patrol.run, PATROL_EVERY)]
    if settings.sweep_minutes:
        wanted.append(("redeliver", sweep.redeliver, settings.sweep_minutes * 60))
    if settings.catch_up:
        wanted.append(("catch up", sweep.catch_up, CATCH_UP_EVERY))
    return [_every(store, *parts) for parts in wanted]


def _every(
    store: Store, name: str, work: Callable[[], Awaitable[object]], seconds: float
) -> tuple[Lead, Repeated]:
    lead = Lead(store.leases, name)
    return lead, Repeated(name, lead, work, seconds)


def keep(settings: Settings) -> Keep:
    return Keep(
        deliveries=timedelta(days=settings.keep_deliveries_days),
        jobs=timedelta(days=settings.keep_jobs_days),
        journal=timedelta(days=settings.keep_journal_days),
        reviews=timedelta(days=settings.keep_reviews_days),
        deliveries_size=int(settings.keep_deliveries_mb * MEGABYTE),
        journal_size=int(settings.keep_journal_mb * MEGABYTE),
        reviews_size=int(settings.keep_reviews_mb * MEGABYTE),
    )
