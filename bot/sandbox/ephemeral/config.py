"""The configuration of a model and its contexts: JSON, with the keys of WasmEdge's GGML plugin."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic_core import from_json

from bot.sandbox.ephemeral.errno import Errno, Fault

Kind = Literal["boolean", "integer", "number", "text", "schema", "switch", "mode", "shares", "cache"]

MOST_BYTES = 4 << 20

# Keys that are each context's own; all others are the graph's, for all its contexts.
OF_CONTEXT = frozenset({"stream-stdout", "n-predict", "reverse-prompt", "image"})

_KINDS: dict[Kind, str] = {
    "boolean": """enable-log enable-debug-log stream-stdout embedding use-mmap use-mlock ignore-eos
        no-kv-offload reranking tts""",
    "integer": """n-predict ctx-size batch-size ubatch-size threads threads-batch n-gpu-layers main-gpu top-k
        seed n-keep repeat-last-n""",
    "number": """temp top-p min-p typical-p repeat-penalty presence-penalty frequency-penalty rope-freq-base
        rope-freq-scale""",
    "text": """reverse-prompt mmproj image grammar chat-template model-vocoder
        tts-output-file tts-speaker-file""",
    "schema": "json-schema",
    "switch": "flash-attn",
    "mode": "split-mode",
    "shares": "tensor-split",
    "cache": "cache-type-k cache-type-v",
}
_KEYS: dict[str, Kind] = {key: kind for kind, keys in _KINDS.items() for key in keys.split()}

# Types of tensor that llama.cpp keeps keys and values in, by its numbers.
_CACHES = frozenset({0, 1, 2, 3, 6, 7, 8, 20, 30})
MOST_DEVICES = 16
_SHARE = re.compile(r"\s*[0-9]{1,9}(\.[0-9]{1,9})?\s*")

# LlamaEdge writes this one with an underscore.
_ALSO = {"json_schema": "json-schema"}
_LEAST = {"temp": 0.0, "ctx-size": 0, "batch-size": 0, "ubatch-size": 0, "threads": 0}


def read(contents: bytes) -> dict[str, Any]:
    """The known keys with their values; others are passed over. A fault when it is no JSON, or a value
    is of the wrong type.
    """
    if len(contents) > MOST_BYTES:
        raise Fault(Errno.TOO_LARGE, f"a configuration of {len(contents)} bytes")
    try:
        told = _parsed(contents)
    except ValueError as error:
        raise Fault(Errno.INVALID_ENCODING, f"the configuration is not JSON: {error}") from None
    if not isinstance(told, dict):
        raise Fault(Errno.INVALID_ARGUMENT, "the configuration is not a JSON object")
    named = {_ALSO.get(key, key): value for key, value in told.items()}
    return {key: _checked(key, value) for key, value in named.items() if key in _KEYS}


def split(config: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is the graph's, and what is the context's."""
    graph = {key: value for key, value in config.items() if key not in OF_CONTEXT}
    return graph, {key: value for key, value in config.items() if key in OF_CONTEXT}


def _parsed(text: str | bytes) -> Any:
    """JSON that can also be written again: Python's own parser takes halves of characters, and what is
    nested so deeply that only the parser has the stack for it.
    """
    return from_json(text, allow_inf_nan=False)


def _checked(key: str, value: object) -> object:
    kind = _KEYS[key]
    if not _IS[kind](value) or (key in _LEAST and value < _LEAST[key]):  # type: ignore[operator]  # a number
        raise Fault(Errno.INVALID_ARGUMENT, f"`{key}` is not a valid {kind}")
    return value


def _is_integer(value: object) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _is_number(value: object) -> bool:
    return _is_integer(value) or (type(value) is float and math.isfinite(value))


def _is_schema(value: object) -> bool:
    """A JSON object in a text; an empty one is none."""
    if not isinstance(value, str):
        return False
    try:
        return value == "" or isinstance(_parsed(value), dict)
    except ValueError:
        return False


def _is_shares(value: object) -> bool:
    """Such as `3,2`: how much each device gets; an empty text is for llama.cpp to say."""
    if not isinstance(value, str):
        return False
    parts = value.split(",") if value else []
    return len(parts) <= MOST_DEVICES and all(_SHARE.fullmatch(part) for part in parts)


_IS: dict[Kind, Callable[[object], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": _is_number,
    "text": lambda value: isinstance(value, str),
    "schema": _is_schema,
    "switch": lambda value: isinstance(value, bool) or value in ("on", "off", "auto"),
    "mode": lambda value: value in ("", "none", "layer", "row"),
    "shares": _is_shares,
    "cache": lambda value: type(value) is int and value in _CACHES,
}
