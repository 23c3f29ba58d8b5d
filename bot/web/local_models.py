"""Prometheus metrics of local models, collected at each scrape."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.core.llm.engine_stats import EngineStats

_GAUGES: tuple[tuple[str, str, Callable[[EngineStats], int]], ...] = (
    ("up", "1 while the local model is available to this process.", lambda stats: stats.up),
    ("slots", "Requests that the local model can process concurrently.", lambda stats: stats.slots),
    ("busy", "Requests that the local model is processing.", lambda stats: stats.busy),
    ("waiting", "Requests that wait for the local model.", lambda stats: stats.waiting),
)


class LocalModels(Collector):
    """Collects the metrics of the models added by `watch`."""

    def __init__(self) -> None:
        self._stats: dict[str, Callable[[], EngineStats]] = {}

    def watch(self, model: str, stats: Callable[[], EngineStats]) -> None:
        self._stats[model] = stats

    def collect(self) -> Iterator[Metric]:
        by_model = {model: stats() for model, stats in self._stats.items()}
        if by_model:
            yield from _gauges(by_model)
            yield from _counters(by_model)


def _gauges(by_model: dict[str, EngineStats]) -> Iterator[Metric]:
    for name, description, value in _GAUGES:
        gauge = GaugeMetricFamily(f"review_bot_local_{name}", description, labels=["model"])
        for model, stats in by_model.items():
            gauge.add_metric([model], value(stats))
        yield gauge


def _counters(by_model: dict[str, EngineStats]) -> Iterator[Metric]:
    restarts = CounterMetricFamily(
        "review_bot_local_restarts", "Unexpected exits of the local model's process.", labels=["model"]
    )
    tokens = CounterMetricFamily(
        "review_bot_local_tokens",
        "Tokens of the local model: processed prompts, cached prompts, answers.",
        labels=["model", "kind"],
    )
    seconds = CounterMetricFamily(
        "review_bot_local_seconds",
        "Seconds its slots spent on prompts and on answers.",
        labels=["model", "kind"],
    )
    for model, stats in by_model.items():
        restarts.add_metric([model], stats.restarts)
        counts = {"prompt": stats.prompt_tokens, "cached": stats.cached_tokens, "answer": stats.answer_tokens}
        _add(tokens, model, counts)
        _add(seconds, model, {"prompt": stats.prompt_seconds, "answer": stats.answer_seconds})
    yield from (restarts, tokens, seconds)


def _add(counter: CounterMetricFamily, model: str, values: Mapping[str, float | None]) -> None:
    """Adds the known values."""
    for kind, value in values.items():
        if value is not None:
            counter.add_metric([model, kind], value)
