"""The web application and its routes."""

from collections.abc import Mapping, Sequence

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from bot.core.errors import BotError, SettingsError
from bot.core.jobs import JobState
from bot.review.ports import Inbox, Jobs, WebhookEvents
from bot.web.access_log import log_access
from bot.web.metrics import PrometheusMetrics
from bot.web.problems import answer_problems
from bot.web.readiness import Check, Readiness
from bot.web.webhook import Webhook

log = structlog.get_logger()


def create_app(
    *,
    inbox: Inbox,
    jobs: Jobs,
    secrets: Sequence[str],
    events: WebhookEvents,
    checks: Mapping[str, Check],
    metrics: PrometheusMetrics,
    version: str,
) -> web.Application:
    """The web application. `secrets` are the present webhook secret and, during a rotation, the previous one.
    `events` selects the deliveries to store; others are only acknowledged.

    Raises:
        SettingsError: there is no secret; unsigned deliveries are never accepted.
    """
    if not secrets or not all(secrets):
        raise SettingsError("GITHUB_WEBHOOK_SECRET is not set: it is needed to verify deliveries")
    app = create_probes(inbox=inbox, jobs=jobs, checks=checks, metrics=metrics, version=version)
    app.router.add_post("/webhooks/github", Webhook(inbox, secrets, events, metrics).receive)
    return app


def create_probes(
    *, inbox: Inbox, jobs: Jobs, checks: Mapping[str, Check], metrics: PrometheusMetrics, version: str
) -> web.Application:
    """The routes of every process, also of one that receives no deliveries: health, readiness, metrics."""
    app = web.Application(middlewares=[log_access, answer_problems])
    app.router.add_get("/health", Health(version).answer)
    app.router.add_get("/ready", Ready(Readiness(checks)).answer)
    app.router.add_get("/metrics", Scrape(metrics, inbox, jobs).answer)
    return app


class Health:
    """200 while the event loop runs; checks nothing else."""

    def __init__(self, version: str) -> None:
        self._version = version

    async def answer(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "version": self._version})


class Ready:
    """200 when all checks pass, else 503 with the reasons."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    async def answer(self, _request: web.Request) -> web.Response:
        reasons = await self._readiness.reasons()
        status = 503 if reasons else 200
        return web.json_response({"ready": not reasons, "reasons": dict(reasons)}, status=status)


class Scrape:
    """The metrics in Prometheus's text format."""

    def __init__(self, metrics: PrometheusMetrics, inbox: Inbox, jobs: Jobs) -> None:
        self._metrics = metrics
        self._inbox = inbox
        self._jobs = jobs

    async def answer(self, _request: web.Request) -> web.Response:
        body = self._metrics.render(await self._counts())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _counts(self) -> Mapping[JobState, int]:
        """Empty when the database is unavailable, which must not hide the other metrics."""
        try:
            self._metrics.unread(await self._inbox.unread_count())
            self._metrics.set_aside(await self._inbox.set_aside_count())
            return await self._jobs.counts()
        except BotError as error:
            log.warning("queue_count_failed", reason=str(error))
            return {}
