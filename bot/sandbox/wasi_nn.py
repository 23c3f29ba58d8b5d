"""The standard wasi:nn, given to a guest: models by name, named tensors in and out.

What a guest holds (tensors, graphs, contexts, errors) lies in tables of its own call and goes with it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from wasmtime import StoreContext
from wasmtime.component import LinkerInstance, ResourceAny, ResourceHost, ResourceType, Variant

from bot.core.errors import ModuleError, NNError
from bot.sandbox.call import Call, host

VERSION = "0.2.0-rc-2024-10-28"

CODES = frozenset(
    {
        "invalid-argument",
        "invalid-encoding",
        "timeout",
        "runtime-error",
        "unsupported-operation",
        "too-large",
        "not-found",
        "security",
        "unknown",
    }
)

# The kinds of resource, by number.
TENSOR, GRAPH, CONTEXT, ERROR = 1, 2, 3, 4

MOST_RESOURCES = 1000


class Backend(Protocol):
    """Models that a guest may ask for by name. Both methods block, may be called from any thread, and
    raise `NNError`.
    """

    def load(self, name: str) -> None:
        """Makes sure that the model of that name can be asked."""
        ...

    def compute(self, name: str, inputs: dict[str, bytes], deadline: float) -> dict[str, bytes]:
        """Runs the model once. `deadline` is a moment of `time.monotonic()`."""
        ...


@dataclass(frozen=True)
class Tensor:
    dimensions: tuple[int, ...]
    kind: str
    contents: bytes


class Tables:
    """What one call holds. `patience` is in seconds, `memory` the bytes that all its tensors may take."""

    def __init__(self, backend: Backend, patience: float, memory: int) -> None:
        self.backend = backend
        self.deadline = time.monotonic() + patience
        self._memory = memory
        self._held: dict[int, Any] = {}
        self._next = 1

    def keep(self, call: Call, kind: int, thing: Any) -> ResourceHost:
        """Puts a thing into the tables; the guest gets a handle that it owns."""
        if isinstance(thing, Tensor):
            self._memory -= len(thing.contents)
        if len(self._held) >= MOST_RESOURCES or self._memory < 0:
            raise ModuleError("memory", call.module, "holds more of WASI-NN than it may")
        self._held[self._next] = thing
        handle = ResourceHost.own(self._next, kind)
        self._next += 1
        return handle

    def at(self, store: StoreContext, handle: ResourceAny) -> Any:
        """The thing behind a handle that the guest lent. `to_host` uses the handle up."""
        return self._held[handle.to_host(store).rep]

    def take(self, store: StoreContext, handle: ResourceAny) -> Any:
        """The thing behind a handle that the guest gave away; no destructor will come for it."""
        return self._held.pop(handle.to_host(store).rep)

    def drop(self, rep: int) -> None:
        self._held.pop(rep, None)


def _error(call: Call, error: NNError) -> ResourceHost:
    return _tables(call).keep(call, ERROR, error)


def _tables(call: Call) -> Tables:
    tables: Tables = call.granted
    return tables


# ── errors ──────────────────────────────────────────────────────────────────────────────────────


@host
def _error_code(call: Call, store: StoreContext, handle: ResourceAny) -> str:
    code = _tables(call).at(store, handle).code
    return code if code in CODES else "unknown"


@host
def _error_text(call: Call, store: StoreContext, handle: ResourceAny) -> str:
    return str(_tables(call).at(store, handle))


# ── tensor ──────────────────────────────────────────────────────────────────────────────────────


@host
def _new_tensor(call: Call, _store: StoreContext, dimensions: list[int], kind: str, contents: bytes) -> Any:
    return _tables(call).keep(call, TENSOR, Tensor(tuple(dimensions), kind, contents))


@host
def _tensor_dimensions(call: Call, store: StoreContext, handle: ResourceAny) -> list[int]:
    return list(_tables(call).at(store, handle).dimensions)


@host
def _tensor_type(call: Call, store: StoreContext, handle: ResourceAny) -> Any:
    return _tables(call).at(store, handle).kind


@host
def _tensor_data(call: Call, store: StoreContext, handle: ResourceAny) -> Any:
    return _tables(call).at(store, handle).contents


# ── graph ───────────────────────────────────────────────────────────────────────────────────────


@host
def _load(call: Call, _store: StoreContext, _parts: list[bytes], _encoding: str, _target: str) -> Variant:
    refusal = NNError("unsupported-operation", "models are loaded by the name that the operator gave them")
    return Variant("err", _error(call, refusal))


@host
def _load_by_name(call: Call, store: StoreContext, name: str) -> Variant:
    tables = _tables(call)
    try:
        with call.uncharged(store):
            tables.backend.load(name)
    except NNError as error:
        return Variant("err", _error(call, error))
    return Variant("ok", tables.keep(call, GRAPH, name))


@host
def _init_context(call: Call, store: StoreContext, graph: ResourceAny) -> Variant:
    tables = _tables(call)
    return Variant("ok", tables.keep(call, CONTEXT, tables.at(store, graph)))


# ── inference ───────────────────────────────────────────────────────────────────────────────────


@host
def _compute(
    call: Call, store: StoreContext, context: ResourceAny, named: list[tuple[str, ResourceAny]]
) -> Any:
    """A list or an error: unlike above, wasmtime wants the two bare, because their classes differ."""
    tables = _tables(call)
    inputs = {name: tables.take(store, tensor).contents for name, tensor in named}
    model = tables.at(store, context)
    try:
        with call.uncharged(store):
            outputs = tables.backend.compute(model, inputs, tables.deadline)
    except NNError as error:
        return _error(call, error)
    return [(name, _output(call, contents)) for name, contents in outputs.items()]


def _output(call: Call, contents: bytes) -> ResourceHost:
    return _tables(call).keep(call, TENSOR, Tensor((len(contents),), "U8", contents))


# ── what of this a guest may use ────────────────────────────────────────────────────────────────

_RESOURCES = {
    "errors": {"error": ERROR},
    "tensor": {"tensor": TENSOR},
    "graph": {"graph": GRAPH},
    "inference": {"graph-execution-context": CONTEXT},
}

_FUNCTIONS: dict[str, dict[str, Callable[..., Any]]] = {
    "errors": {"[method]error.code": _error_code, "[method]error.data": _error_text},
    "tensor": {
        "[constructor]tensor": _new_tensor,
        "[method]tensor.dimensions": _tensor_dimensions,
        "[method]tensor.ty": _tensor_type,
        "[method]tensor.data": _tensor_data,
    },
    "graph": {
        "load": _load,
        "load-by-name": _load_by_name,
        "[method]graph.init-execution-context": _init_context,
    },
    "inference": {"[method]graph-execution-context.compute": _compute},
}


def _interface(name: str) -> str:
    return f"wasi:nn/{name}@{VERSION}"


# The resources that one interface uses of another appear in both.
GRANTS = {
    _interface(name): frozenset({*functions, *(kind for kinds in _RESOURCES.values() for kind in kinds)})
    for name, functions in _FUNCTIONS.items()
}


@host
def _drop(call: Call, _store: StoreContext, rep: int) -> None:
    _tables(call).drop(rep)


def define(root: LinkerInstance) -> None:
    for name, functions in _FUNCTIONS.items():
        with root.add_instance(_interface(name)) as interface:
            for resource, kind in _RESOURCES[name].items():
                interface.add_resource(resource, ResourceType.host(kind), _drop)
            for function, implementation in functions.items():
                interface.add_func(function, implementation)
