"""The interface between WASI-NN and a backend for models."""

from typing import Protocol

from bot.core.cancellation import CancellationToken


class Graph(Protocol):
    """A loaded model. Both methods may be called from any thread."""

    def compute(
        self, inputs: dict[str, bytes], deadline: float, cancelled: CancellationToken | None = None
    ) -> dict[str, bytes]:
        """Runs the model once, blocking. `deadline` is a time of `time.monotonic()`; setting `cancelled`
        stops the run. Raises `NNError`.
        """
        ...

    def close(self) -> None:
        """Releases what was loaded only for this graph. Never raises."""
        ...


class Backend(Protocol):
    """The models that a guest may use. Both methods block, may be called from any thread, and raise
    `NNError`. `config` is JSON with WasmEdge's keys (`{"n-predict": 64}`), or empty.
    """

    def load(self, name: str, config: bytes = b"") -> Graph:
        """Loads the model of that name."""
        ...

    def bring(self, model: bytes, config: bytes = b"") -> Graph:
        """Loads a guest's own model from the bytes of its file, until the graph is closed."""
        ...
