"""The module that asks a local model through WASI-NN."""

from pathlib import Path

from bot.core.exchange import Completion, Model, Request
from bot.core.stop import Stop
from bot.sandbox import limits, wasi_nn
from bot.sandbox.nn.loading import Grant
from bot.sandbox.nn.ports import Backend
from bot.sandbox.nn.tables import Tables
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.validate import completion
from bot.sandbox.world import World

WORLD = World("llama-integration", {"complete": 2}, wasi_nn.GRANTS, wasi_nn.define)


class LlamaModule:
    """`module` is a component of the world `llama-integration`, as a file or its bytes.

    `patience` is how long the backend may compute, in seconds. Without another `grant` it may load the
    models that the backend has names for, and none of its own.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        module: Path | bytes,
        backend: Backend,
        patience: float = 600,
        grant: Grant | None = None,
    ) -> None:
        self._module = sandbox.load(module, "llama-integration", WORLD)
        self._backend = backend
        self._patience = patience
        self._grant = grant

    def complete(self, request: Request, model: Model, cancelled: Stop | None = None) -> Completion:
        """Blocks until the model has answered; call it from a thread. Set `cancelled` when nobody waits
        for the answer any more. Raises `EngineFailure`, and `ModuleError` when the module misbehaves.
        """
        allowed = limits.of_text(*(message.text for message in request.messages))
        with Tables(self._backend, self._patience, allowed.memory, self._grant, cancelled) as tables:
            answer = self._module.call("complete", (request, model), allowed, tables)
        return completion(answer, self._module.name)
