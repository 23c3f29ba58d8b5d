"""Implements the standard wasi:nn for guests: models by name or by content, named input and output
tensors.
"""

from collections.abc import Callable
from typing import Any

from wasmtime import StoreContext
from wasmtime.component import LinkerInstance, ResourceAny, ResourceHost, ResourceType, Variant

from bot.core.errors import NNError
from bot.sandbox.components.guest_call import GuestCall, host
from bot.sandbox.wasi_nn.loading import load, load_by_name
from bot.sandbox.wasi_nn.ports import Graph
from bot.sandbox.wasi_nn.tables import CONTEXT, ERROR, GRAPH, TENSOR, GuestResources, LoadedGraph
from bot.sandbox.wasi_nn.tensor import MOST_INPUTS, Tensor, text, texts

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


def _tables(call: GuestCall) -> GuestResources:
    tables: GuestResources = call.granted
    return tables


def _error(call: GuestCall, error: NNError) -> ResourceHost:
    return _tables(call).keep(call, ERROR, error)


# ── errors ──────────────────────────────────────────────────────────────────────────────────────


@host
def _error_code(call: GuestCall, store: StoreContext, handle: ResourceAny) -> str:
    code = _tables(call).at(store, handle).code
    return code if code in CODES else "unknown"


@host
def _error_text(call: GuestCall, store: StoreContext, handle: ResourceAny) -> str:
    return str(_tables(call).at(store, handle))


# ── tensor ──────────────────────────────────────────────────────────────────────────────────────


@host
def _new_tensor(
    call: GuestCall, _store: StoreContext, dimensions: list[int], kind: str, contents: bytes
) -> Any:
    """The standard has no error here: an invalid tensor is reported when it is used."""
    return _tables(call).keep(call, TENSOR, Tensor(tuple(dimensions), kind, contents))


@host
def _tensor_dimensions(call: GuestCall, store: StoreContext, handle: ResourceAny) -> list[int]:
    return list(_tables(call).at(store, handle).dimensions)


@host
def _tensor_type(call: GuestCall, store: StoreContext, handle: ResourceAny) -> Any:
    return _tables(call).at(store, handle).kind


@host
def _tensor_data(call: GuestCall, store: StoreContext, handle: ResourceAny) -> Any:
    return _tables(call).at(store, handle).contents


# ── graph ───────────────────────────────────────────────────────────────────────────────────────


@host
def _load(call: GuestCall, store: StoreContext, parts: list[bytes], encoding: str, target: str) -> Variant:
    tables = _tables(call)
    return _graph(call, store, lambda: load(tables.backend, tables.grant, parts, encoding, target))


@host
def _load_by_name(call: GuestCall, store: StoreContext, name: str) -> Variant:
    tables = _tables(call)
    return _graph(call, store, lambda: load_by_name(tables.backend, tables.grant, name))


def _graph(call: GuestCall, store: StoreContext, loaded: Callable[[], Graph]) -> Variant:
    tables = _tables(call)
    try:
        with call.uncharged(store):
            tables.check_time()
            graph = loaded()
    except NNError as error:
        return Variant("err", _error(call, error))
    return Variant("ok", tables.keep(call, GRAPH, LoadedGraph(graph)))


@host
def _init_context(call: GuestCall, store: StoreContext, graph: ResourceAny) -> Variant:
    tables = _tables(call)
    return Variant("ok", tables.keep(call, CONTEXT, tables.at(store, graph)))


# ── inference ───────────────────────────────────────────────────────────────────────────────────


@host
def _compute(
    call: GuestCall, store: StoreContext, context: ResourceAny, named: list[tuple[str, ResourceAny]]
) -> Any:
    """A list or an error: unlike above, wasmtime wants the two bare, because their classes differ."""
    tables = _tables(call)
    inputs = [(name, tables.take(store, tensor)) for name, tensor in named]
    model = tables.at(store, context)
    try:
        with call.uncharged(store):
            outputs = _run(tables, model.graph, inputs)
    except NNError as error:
        return _error(call, error)
    return [(name, tables.keep(call, TENSOR, text(contents))) for name, contents in outputs.items()]


def _run(tables: GuestResources, graph: Graph, inputs: list[tuple[str, Tensor]]) -> dict[str, bytes]:
    if len(inputs) > MOST_INPUTS:
        raise NNError("too-large", f"{len(inputs)} tensors; the limit is {MOST_INPUTS}")
    tables.check_time()
    return graph.compute(texts(inputs), tables.deadline, tables.cancelled)


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
def _drop(call: GuestCall, store: StoreContext, rep: int) -> None:
    with call.uncharged(store):
        _tables(call).drop(rep)


def define(root: LinkerInstance) -> None:
    for name, functions in _FUNCTIONS.items():
        with root.add_instance(_interface(name)) as interface:
            for resource, kind in _RESOURCES[name].items():
                interface.add_resource(resource, ResourceType.host(kind), _drop)
            for function, implementation in functions.items():
                interface.add_func(function, implementation)
