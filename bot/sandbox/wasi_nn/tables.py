"""What one call of a guest holds: tensors, graphs, contexts, errors. It goes with the call."""

import time
from types import TracebackType
from typing import Any, Self

from wasmtime import StoreContext
from wasmtime.component import ResourceAny, ResourceHost

from bot.core.cancellation import CancellationToken
from bot.core.errors import ModuleError, NNError
from bot.sandbox.components.guest_call import GuestCall
from bot.sandbox.wasi_nn.loading import ModelGrant
from bot.sandbox.wasi_nn.ports import Backend, Graph
from bot.sandbox.wasi_nn.tensor import Tensor

# The kinds of resource, by number.
TENSOR, GRAPH, CONTEXT, ERROR = 1, 2, 3, 4

MOST_RESOURCES = 1000


class LoadedGraph:
    """A graph with the number of resources that stand for it: it is closed with the last of them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.holders = 0

    def held(self) -> None:
        self.holders += 1

    def let_go(self) -> None:
        self.holders -= 1
        if self.holders == 0:
            self.graph.close()


class GuestResources:
    """`patience` is how long the models may compute for this call, in seconds, and `memory` the bytes
    that its tensors may take at the same time. `cancelled` is set when nobody waits for the call any more.
    """

    def __init__(
        self,
        backend: Backend,
        patience: float,
        memory: int,
        grant: ModelGrant | None = None,
        cancelled: CancellationToken | None = None,
    ) -> None:
        self.backend = backend
        self.grant = grant or ModelGrant()
        self.deadline = time.monotonic() + patience
        self.cancelled = cancelled
        self._memory = memory
        self._held: dict[int, Any] = {}
        self._next = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What a guest still holds at its end, wasmtime does not drop."""
        for number in list(self._held):
            self.drop(number)

    def check_time(self) -> None:
        """Raises `NNError` of code timeout."""
        if self.cancelled and self.cancelled.is_set():
            raise NNError("timeout", "nobody waits for the answer any more")
        if time.monotonic() > self.deadline:
            raise NNError("timeout", "the time for computing is over")

    def keep(self, call: GuestCall, kind: int, thing: Any) -> ResourceHost:
        """Puts a thing into the tables; the guest gets a handle that it owns."""
        number = self._put(thing)
        if len(self._held) > MOST_RESOURCES or self._memory < 0:
            raise ModuleError("memory", call.module, "holds more of WASI-NN than it may")
        return ResourceHost.own(number, kind)

    def at(self, store: StoreContext, handle: ResourceAny) -> Any:
        """The thing behind a handle that the guest lent. `to_host` uses the handle up."""
        return self._held[handle.to_host(store).rep]

    def take(self, store: StoreContext, handle: ResourceAny) -> Any:
        """The thing behind a handle that the guest gave away; no destructor will come for it."""
        return self.drop(handle.to_host(store).rep)

    def drop(self, number: int) -> Any:
        thing = self._held.pop(number)
        if isinstance(thing, Tensor):
            self._memory += thing.size
        if isinstance(thing, LoadedGraph):
            thing.let_go()
        return thing

    def _put(self, thing: Any) -> int:
        number = self._next
        self._next += 1
        self._held[number] = thing
        if isinstance(thing, Tensor):
            self._memory -= thing.size
        if isinstance(thing, LoadedGraph):
            thing.held()
        return number
