"""The Prometheus metrics. Implements `bot.review.ports.Metrics`."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from bot.core.jobs import JobState
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Usage
from bot.web.local_models import LocalModels

REVIEW_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)


class PrometheusMetrics:
    """All metrics, including those of `LocalModels`. Each instance has a separate registry."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._local = LocalModels()
        registry.register(self._local)
        self._deliveries = Counter(
            "review_bot_deliveries", "Webhook deliveries received.", ["event", "outcome"], registry=registry
        )
        self._jobs = Gauge("review_bot_jobs", "Jobs in the database.", ["state"], registry=registry)
        self._unread = Gauge(
            "review_bot_deliveries_unread", "Stored deliveries that are not read yet.", registry=registry
        )
        self._set_aside = Gauge(
            "review_bot_deliveries_set_aside",
            "Deliveries that cannot become a job; `review-bot jobs deliveries` shows why.",
            registry=registry,
        )
        self._resting = Gauge(
            "review_bot_model_resting",
            "1 while the model's circuit breaker is open or half-open in this process.",
            ["model"],
            registry=registry,
        )
        self._ended = Counter(
            "review_bot_jobs_ended", "Jobs that ended in this process.", ["state"], registry=registry
        )
        self._seconds = Histogram(
            "review_bot_review_seconds", "Duration of reviews.", buckets=REVIEW_SECONDS, registry=registry
        )
        self._tokens = Counter(
            "review_bot_tokens", "Tokens of answered requests.", ["model", "kind"], registry=registry
        )
        self._reused = Counter(
            "review_bot_answers_reused", "Answers found in the journal.", ["model"], registry=registry
        )
        self._failures = Counter(
            "review_bot_model_failures",
            "Requests that a model failed to answer.",
            ["model", "kind"],
            registry=registry,
        )

    def delivery(self, event: str, outcome: str) -> None:
        """`event` must be a known one: arbitrary labels would use up the memory."""
        self._deliveries.labels(event, outcome).inc()

    def job(self, state: JobState) -> None:
        self._ended.labels(state.value).inc()

    def review(self, seconds: float) -> None:
        self._seconds.observe(seconds)

    def tokens(self, model: str, usage: Usage) -> None:
        self._tokens.labels(model, "prompt").inc(usage.prompt)
        self._tokens.labels(model, "answer").inc(usage.answer)

    def reused(self, model: str) -> None:
        self._reused.labels(model).inc()

    def failure(self, model: str, kind: str) -> None:
        self._failures.labels(model, kind).inc()

    def unread(self, count: int) -> None:
        self._unread.set(count)

    def set_aside(self, count: int) -> None:
        self._set_aside.set(count)

    def watch_model(self, model: str, resting: Callable[[], bool]) -> None:
        """`resting` is called at each scrape."""
        self._resting.labels(model).set_function(resting)

    def watch_local(self, model: str, stats: Callable[[], EngineStats]) -> None:
        """`stats` is called at each scrape."""
        self._local.watch(model, stats)

    def render(self, jobs: Mapping[JobState, int]) -> bytes:
        """The metrics in text format, with `jobs` as the present counts; empty `jobs` omit the gauge."""
        self._jobs.clear()
        for state, count in jobs.items():
            self._jobs.labels(state.value).set(count)
        return generate_latest(self._registry)
