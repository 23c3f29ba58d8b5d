"""The module that asks a local model through WASI-NN."""

from pathlib import Path

from bot.core.cancellation import CancellationToken
from bot.core.llm.messages import Completion, Model, Request
from bot.sandbox.components import guest_limits
from bot.sandbox.components.validate import completion
from bot.sandbox.components.world import World
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.wasi_nn import interface
from bot.sandbox.wasi_nn.loading import ModelGrant
from bot.sandbox.wasi_nn.ports import Backend
from bot.sandbox.wasi_nn.tables import GuestResources

WORLD = World("llama-integration", {"complete": 2}, interface.GRANTS, interface.define)


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
        grant: ModelGrant | None = None,
    ) -> None:
        self._module = sandbox.load(module, "llama-integration", WORLD)
        self._backend = backend
        self._patience = patience
        self._grant = grant

    def complete(
        self, request: Request, model: Model, cancelled: CancellationToken | None = None
    ) -> Completion:
        """Blocks until the model has answered; call it from a thread. Setting `cancelled` stops the request.
        Raises `EngineFailure`, and `ModuleError` if the module misbehaves.
        """
        allowed = guest_limits.of_text(*(message.text for message in request.messages))
        with GuestResources(self._backend, self._patience, allowed.memory, self._grant, cancelled) as tables:
            answer = self._module.call("complete", (request, model), allowed, tables)
        return completion(answer, self._module.name)
