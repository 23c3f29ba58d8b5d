"""What WASI-NN needs of whoever holds the models."""

from typing import Protocol

from bot.core.cancellation import CancellationToken


class Graph(Protocol):
    """A model that is loaded. Both methods may be called from any thread."""

    def compute(
        self, inputs: dict[str, bytes], deadline: float, cancelled: CancellationToken | None = None
    ) -> dict[str, bytes]:
        """Runs the model once, blocking. `deadline` is a moment of `time.monotonic()`; nobody wants the
        answer any more once `cancelled` is set. Raises `NNError`.
        """
        ...

    def close(self) -> None:
        """Gives up what was loaded for this graph alone. Raises nothing."""
        ...


class Backend(Protocol):
    """Models that a guest may ask for. Both methods block, may be called from any thread, and raise
    `NNError`. `config` is JSON, as WasmEdge writes it (`{"n-predict": 64}`), or empty.
    """

    def load(self, name: str, config: bytes = b"") -> Graph:
        """The model of that name, ready to be asked."""
        ...

    def bring(self, model: bytes, config: bytes = b"") -> Graph:
        """A model that is a guest's own, as the bytes of its file; loaded until the graph is closed."""
        ...
