"""Loads the models that guests request, if they are granted.

| builder | holds |
|---|---|
| first | the bytes of a GGUF file, or the text `preload:NAME` |
| second, optional | JSON: the configuration |
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.errors import NNError
from bot.sandbox.wasi_nn.ports import Backend, Graph

GGUF = b"GGUF"
PRELOAD = b"preload:"
LONGEST_NAME = 1000
ENCODINGS = ("ggml", "autodetect")


@dataclass(frozen=True)
class ModelGrant:
    """A guest may load the models in `names` (None: all of the backend), and its own model of at most
    `bytes`; wasmtime ends a guest that passes more than about 2.7 MB at once. `targets` are the supported
    devices.
    """

    names: frozenset[str] | None = None
    bytes: int = 0
    targets: frozenset[str] = frozenset({"cpu"})


def load(backend: Backend, grant: ModelGrant, parts: Sequence[bytes], encoding: str, target: str) -> Graph:
    """Raises `NNError`."""
    if not 1 <= len(parts) <= 2:
        raise NNError("invalid-argument", f"a model has one or two builders, not {len(parts)}")
    model, config = (*parts, b"")[:2]
    _check_encoding(model, encoding)
    if target not in grant.targets:
        known = ", ".join(sorted(grant.targets))
        raise NNError(
            "unsupported-operation", f"target {target} is not supported; supported targets: {known}"
        )
    if model.startswith(PRELOAD):
        return load_by_name(backend, grant, _name(model.removeprefix(PRELOAD)), config)
    return _bring(backend, grant, model, config)


def load_by_name(backend: Backend, grant: ModelGrant, name: str, config: bytes = b"") -> Graph:
    """Raises `NNError`."""
    if len(name) > LONGEST_NAME:
        raise NNError("invalid-argument", f"a model's name has at most {LONGEST_NAME} characters")
    if grant.names is not None and name not in grant.names:
        raise NNError("security", f"the model {name!r} is not granted")
    return backend.load(name, config)


def _check_encoding(model: bytes, encoding: str) -> None:
    if encoding in ENCODINGS:
        return
    if model.startswith(GGUF):
        raise NNError("invalid-encoding", f"a GGUF file has the encoding ggml, not {encoding}")
    raise NNError("unsupported-operation", f"encoding {encoding} is not supported; use ggml")


def _name(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NNError("invalid-argument", "the name after `preload:` is not UTF-8") from None


def _bring(backend: Backend, grant: ModelGrant, model: bytes, config: bytes) -> Graph:
    if not model.startswith(GGUF):
        raise NNError("invalid-encoding", "the first builder is neither a GGUF file nor `preload:NAME`")
    if not grant.bytes:
        raise NNError("security", "only models that the operator has named can be loaded")
    if len(model) > grant.bytes:
        raise NNError("too-large", f"a model of {len(model)} bytes; the limit is {grant.bytes}")
    return backend.bring(model, config)
