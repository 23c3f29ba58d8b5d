"""Creates the parts of a worker from the settings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.app.engines import ModelCooldowns, engines, guarded
from bot.app.forge import forge
from bot.app.function import review_function
from bot.app.identity import BotIdentity
from bot.app.leader import LeaderLease, RepeatedTask
from bot.app.local import watch
from bot.app.process_identity import holder, is_gone
from bot.app.qualification import examiner
from bot.app.reviewing import reviewing
from bot.engine import RetentionLimits, Store
from bot.github import GitHubForge
from bot.github.webhooks import WebhookEvents
from bot.models.circuit_breaker import CircuitBreaker, CircuitState
from bot.models.routing import Router
from bot.repository.process import IndexProcess
from bot.review.intake.dispatcher import InboxDispatcher
from bot.review.intake.reconciler import Reconciler
from bot.review.jobs.outcomes import JobOutcomes
from bot.review.jobs.worker import Worker
from bot.review.policy.pending_checks import ChecksPoller, PendingChecks
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.web import PrometheusMetrics

HOUR = 3600.0
POLL_CHECKS_EVERY = 120.0  # seconds
FREE_EVERY = 5.0  # seconds
CATCH_UP_EVERY = 6 * HOUR
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class WorkerParts:
    """The worker and its background `loops`. `leases` are to be released when the worker stops."""

    models: Sequence[CircuitBreaker]
    identity: BotIdentity
    worker: Worker
    loops: Sequence[Callable[[], Awaitable[None]]]
    leases: Sequence[LeaderLease]


@asynccontextmanager
async def worker_parts(
    settings: Settings, store: Store, metrics: PrometheusMetrics
) -> AsyncIterator[WorkerParts]:
    """Raises `SettingsError` or `ModuleError` before anything is started."""
    async with AsyncExitStack() as stack:
        github = await stack.enter_async_context(forge(settings, store.cooldowns))
        sandbox = Sandbox(settings.cache_dir)
        function = await asyncio.to_thread(review_function, settings, sandbox)
        model_cooldowns = ModelCooldowns(settings, store.cooldowns)
        plain = await stack.enter_async_context(engines(settings, sandbox, model_cooldowns, store.semaphores))
        watch(plain, metrics.watch_local)
        models = guarded(plain, model_cooldowns)
        for model in models:
            metrics.watch_model(model.model.name, partial(_is_circuit_open, model))
        router = Router(models, private_local_only=settings.private_local_only, examiner=examiner(settings))
        identity = BotIdentity(settings, github)
        process = IndexProcess()
        stack.push_async_callback(process.aclose)
        parts = reviewing(
            settings,
            store,
            github,
            identity,
            function=function,
            router=router,
            meter=metrics,
            process=process,
        )
        name = holder()
        outcomes = JobOutcomes(store.jobs, parts.notices, metrics, name=name, attempts=settings.attempts)
        worker = Worker(store.jobs, parts.runner, outcomes, name=name, slots=settings.workers)
        lease = LeaderLease(store.leases, "dispatcher")
        dispatcher = InboxDispatcher(store.inbox, store.jobs, WebhookEvents(identity.triggers), lease)
        repeated = _repeated(settings, store, _reconciler(settings, store, github))
        leases = (lease, *(task_lease for task_lease, _ in repeated))
        loops = (dispatcher.run, identity.keep_fetching, free(store).run, *(task.run for _, task in repeated))
        yield WorkerParts(models, identity, worker, loops, leases)


def _is_circuit_open(model: CircuitBreaker) -> bool:
    return model.state is not CircuitState.CLOSED


def free(store: Store) -> RepeatedTask:
    """Frees jobs of crashed processes of this machine before their leases expire."""

    async def work() -> int:
        return await store.jobs.free(is_gone)

    return RepeatedTask("free", _always, work, FREE_EVERY)


async def _always() -> bool:
    return True


def _reconciler(settings: Settings, store: Store, github: GitHubForge) -> Reconciler:
    return Reconciler(
        github,
        store.inbox,
        store.jobs,
        store.records,
        store.key_values,
        events=WebhookEvents(),
        drafts=settings.review_drafts,
        bots=settings.review_bots,
        most=settings.catch_up,
    )


def _repeated(
    settings: Settings, store: Store, reconciler: Reconciler
) -> Sequence[tuple[LeaderLease, RepeatedTask]]:
    """The periodic tasks, each with its leader lease."""

    async def prune() -> int:
        return sum((await store.retention.prune(keep(settings))).values())

    checks_poller = ChecksPoller(PendingChecks(store.key_values), store.jobs)
    tasks = [("prune", prune, HOUR), ("poll checks", checks_poller.run, POLL_CHECKS_EVERY)]
    if settings.sweep_minutes:
        tasks.append(("redeliver", reconciler.redeliver, settings.sweep_minutes * 60))
    if settings.catch_up:
        tasks.append(("catch up", reconciler.catch_up, CATCH_UP_EVERY))
    return [_every(store, *task) for task in tasks]


def _every(
    store: Store, name: str, work: Callable[[], Awaitable[object]], seconds: float
) -> tuple[LeaderLease, RepeatedTask]:
    lease = LeaderLease(store.leases, name)
    return lease, RepeatedTask(name, lease, work, seconds)


def keep(settings: Settings) -> RetentionLimits:
    return RetentionLimits(
        deliveries=timedelta(days=settings.keep_deliveries_days),
        jobs=timedelta(days=settings.keep_jobs_days),
        journal=timedelta(days=settings.keep_journal_days),
        reviews=timedelta(days=settings.keep_reviews_days),
        deliveries_size=int(settings.keep_deliveries_mb * MEGABYTE),
        journal_size=int(settings.keep_journal_mb * MEGABYTE),
        reviews_size=int(settings.keep_reviews_mb * MEGABYTE),
    )
