"""Local models in the words of Prometheus: asked how they are whenever somebody looks."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.core.llm.engine_stats import EngineStats

_NOW: tuple[tuple[str, str, Callable[[EngineStats], int]], ...] = (
    ("up", "1 while the local model can be asked, as this process knows.", lambda load: load.up),
    ("slots", "Questions that the local model answers at the same time.", lambda load: load.slots),
    ("busy", "Questions that the local model is answering.", lambda load: load.busy),
    ("waiting", "Questions that wait for the local model.", lambda load: load.waiting),
)


class LocalModels(Collector):
    """Those that `watch` was told of."""

    def __init__(self) -> None:
        self._loads: dict[str, Callable[[], EngineStats]] = {}

    def watch(self, model: str, load: Callable[[], EngineStats]) -> None:
        self._loads[model] = load

    def collect(self) -> Iterator[Metric]:
        loads = {model: load() for model, load in self._loads.items()}
        if loads:
            yield from _gauges(loads)
            yield from _counters(loads)


def _gauges(loads: dict[str, EngineStats]) -> Iterator[Metric]:
    for name, told, of in _NOW:
        gauge = GaugeMetricFamily(f"review_bot_local_{name}", told, labels=["model"])
        for model, load in loads.items():
            gauge.add_metric([model], of(load))
        yield gauge


def _counters(loads: dict[str, EngineStats]) -> Iterator[Metric]:
    restarts = CounterMetricFamily(
        "review_bot_local_restarts", "Losses of the local model's process.", labels=["model"]
    )
    tokens = CounterMetricFamily(
        "review_bot_local_tokens",
        "Tokens of the local model: of prompts that it read, of prompts that it still knew, of answers.",
        labels=["model", "kind"],
    )
    seconds = CounterMetricFamily(
        "review_bot_local_seconds", "What its slots took to read and to write.", labels=["model", "kind"]
    )
    for model, load in loads.items():
        restarts.add_metric([model], load.restarts)
        read = {"prompt": load.prompt_tokens, "cached": load.cached_tokens, "answer": load.answer_tokens}
        _add(tokens, model, read)
        _add(seconds, model, {"prompt": load.prompt_seconds, "answer": load.answer_seconds})
    yield from (restarts, tokens, seconds)


def _add(counter: CounterMetricFamily, model: str, values: Mapping[str, float | None]) -> None:
    """What nobody knows is left out."""
    for kind, value in values.items():
        if value is not None:
            counter.add_metric([model, kind], value)
