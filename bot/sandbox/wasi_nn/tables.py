"""The resources of one call: tensors, graphs, contexts and errors. They end with the call."""

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
    """A graph with its reference count: it is closed with its last resource."""

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
    """`patience` is the time limit of the models for this call in seconds, `memory` the limit on its
    tensors in bytes. `cancelled` is set when the caller no longer waits.
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
        """Drops the resources that the guest still holds, which wasmtime does not drop."""
        for number in list(self._held):
            self.drop(number)

    def check_time(self) -> None:
        """Raises `NNError` of code timeout."""
        if self.cancelled and self.cancelled.is_set():
            raise NNError("timeout", "the request was cancelled")
        if time.monotonic() > self.deadline:
            raise NNError("timeout", "the time limit for the models was reached")

    def keep(self, call: GuestCall, kind: int, thing: Any) -> ResourceHost:
        """Adds a resource; the guest owns the returned handle."""
        number = self._put(thing)
        if len(self._held) > MOST_RESOURCES or self._memory < 0:
            raise ModuleError("memory", call.module, "exceeded the limits on WASI-NN resources")
        return ResourceHost.own(number, kind)

    def at(self, store: StoreContext, handle: ResourceAny) -> Any:
        """The resource of a borrowed handle. `to_host` consumes the handle."""
        return self._held[handle.to_host(store).rep]

    def take(self, store: StoreContext, handle: ResourceAny) -> Any:
        """The resource of an owned handle that the guest passed; no destructor follows."""
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
