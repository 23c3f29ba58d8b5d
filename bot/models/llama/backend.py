"""The backend for WASI-NN: models by name, and guests' own models."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama import tensors
from bot.models.llama.child_directory import ChildDirectory
from bot.models.llama.gguf import Gguf, threads
from bot.models.llama.header import read
from bot.models.llama.process import Patience
from bot.models.llama.supervisor import Supervisor

BROUGHT = "brought"
MOST_BROUGHT = 4  # at the same time, for each has a process
USUAL_CONTEXT = 4096  # tokens, of a model that a guest brings, where it says nothing
MOST_CONTEXT = 32_768


class NamedGraph:
    """A loaded model, with the configuration (options and their values) that a guest gave it."""

    def __init__(self, name: str, supervisor: Supervisor, config: dict[str, Any]) -> None:
        self._name = name
        self._supervisor = supervisor
        self._config = config
        self.ends = ExitStack()  # what is to be done when it is closed

    def compute(
        self, inputs: dict[str, bytes], deadline: float, cancelled: CancellationToken | None = None
    ) -> dict[str, bytes]:
        """Runs the model once; `tensors` says with what. `deadline` is a moment of `time.monotonic()`; once
        `cancelled` is set the model stops. Blocks; may be called from any thread; raises `NNError`.
        """
        op, fields = tensors.question(inputs, self._config)
        return tensors.answer(self._supervisor.ask(op, deadline, fields, cancelled), self._name)

    def close(self) -> None:
        self.ends.close()


class LlamaBackend:
    """The models that a guest may use. Blocks; may be called from any thread; raises `NNError`."""

    def __init__(self, models: Mapping[str, Gguf], patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._models = {name: Supervisor(name, gguf, self._patience) for name, gguf in models.items()}
        self._brought: set[NamedGraph] = set()

    def load(self, name: str, config: bytes = b"") -> NamedGraph:
        """The model of that name, ready to be asked; that may take minutes. `config` is JSON."""
        supervisor = self.model(name)
        written = tensors.configuration(config)
        supervisor.start()
        return NamedGraph(name, supervisor, written)

    def bring(self, model: bytes, config: bytes = b"") -> NamedGraph:
        """Loads a guest's own model, a GGUF file, in a separate process. Closing the graph removes the
        file and the process.
        """
        written = tensors.configuration(config)
        if len(self._brought) >= MOST_BROUGHT:
            raise NNError("too-large", f"guests already hold {MOST_BROUGHT} models of their own: drop one")
        with ExitStack() as if_refused:
            room = ChildDirectory()
            if_refused.push(room)
            gguf = _file(room, model, written)
            supervisor = Supervisor(BROUGHT, gguf, self._patience)
            if_refused.callback(supervisor.close)
            _start(supervisor, gguf.path)
            graph = NamedGraph(BROUGHT, supervisor, written)
            self._brought.add(graph)
            if_refused.callback(self._brought.discard, graph)
            graph.ends = if_refused.pop_all()
        return graph

    def compute(
        self, name: str, inputs: dict[str, bytes], deadline: float, cancelled: CancellationToken | None = None
    ) -> dict[str, bytes]:
        """Runs the model of that name once."""
        return NamedGraph(name, self.model(name), {}).compute(inputs, deadline, cancelled)

    def model(self, name: str) -> Supervisor:
        supervisor = self._models.get(name)
        if supervisor is None:
            known = ", ".join(self._models) or "none"
            raise NNError("not-found", f"there is no model named {name!r}; known models: {known}")
        return supervisor

    def close(self) -> None:
        """Ends all processes; none is started again."""
        for graph in list(self._brought):
            graph.close()
        for supervisor in self._models.values():
            supervisor.close()


def _file(room: ChildDirectory, model: bytes, config: dict[str, Any]) -> Gguf:
    """Writes the model to a private directory."""
    path = room.path / "model.gguf"
    path.write_bytes(model)
    return Gguf(
        path,
        context=min(config.get("ctx-size") or USUAL_CONTEXT, MOST_CONTEXT),
        threads=min(config.get("threads") or 0, threads()),
        gpu_layers=_layers(config),
    )


def _layers(config: dict[str, Any]) -> int:
    layers = config.get("n-gpu-layers")
    return -1 if layers is None else min(int(layers), 1000)


def _start(supervisor: Supervisor, path: Path) -> None:
    """Starts a guest's model. Errors do not reveal the path of its file to the guest."""
    try:
        read(path)
        supervisor.start()
    except NNError as error:
        reason = str(error).rsplit(f"{path}: ", 1)[-1]
        raise NNError(error.code, f"the guest's own model cannot be loaded: {reason:.500}") from None
