"""What is counted, in the words of Prometheus. Implements `bot.review.ports.Meter`."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from bot.core.jobs import JobState
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Usage
from bot.web.local_models import LocalModels

REVIEW_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)


class PrometheusMetrics:
    """Every metric stands here, but those of local models; each instance has a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._local = LocalModels()
        registry.register(self._local)
        self._deliveries = Counter(
            "review_bot_deliveries", "Webhook deliveries.", ["event", "outcome"], registry=registry
        )
        self._jobs = Gauge("review_bot_jobs", "Jobs in the database.", ["state"], registry=registry)
        self._unread = Gauge(
            "review_bot_deliveries_unread", "Deliveries that are stored and not read yet.", registry=registry
        )
        self._set_aside = Gauge(
            "review_bot_deliveries_set_aside",
            "Deliveries that make no job; `review-bot jobs deliveries` tells why.",
            registry=registry,
        )
        self._resting = Gauge(
            "review_bot_model_resting",
            "1 while a model is given a rest after failures, as this process knows.",
            ["model"],
            registry=registry,
        )
        self._ended = Counter("review_bot_jobs_ended", "Jobs that ended here.", ["state"], registry=registry)
        self._seconds = Histogram(
            "review_bot_review_seconds", "What a review took.", buckets=REVIEW_SECONDS, registry=registry
        )
        self._tokens = Counter(
            "review_bot_tokens", "Tokens of models that answered.", ["model", "kind"], registry=registry
        )
        self._reused = Counter(
            "review_bot_answers_reused", "Answers found in the journal.", ["model"], registry=registry
        )
        self._failures = Counter(
            "review_bot_model_failures",
            "Requests that a model did not answer.",
            ["model", "kind"],
            registry=registry,
        )

    def delivery(self, event: str, outcome: str) -> None:
        """`event` is one that we know: a label that anybody can choose would fill the memory."""
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
        """`resting` is asked at each rendering."""
        self._resting.labels(model).set_function(resting)

    def watch_local(self, model: str, load: Callable[[], EngineStats]) -> None:
        """`load` is asked at each rendering."""
        self._local.watch(model, load)

    def render(self, jobs: Mapping[JobState, int]) -> bytes:
        """The text format, with the jobs as they are now. Without any, their gauge is left out."""
        self._jobs.clear()
        for state, count in jobs.items():
            self._jobs.labels(state.value).set(count)
        return generate_latest(self._registry)
