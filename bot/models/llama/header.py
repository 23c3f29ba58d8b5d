"""Reads from a GGUF header how much memory a context needs, and detects values that abort llama.cpp."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.errors import NNError
from bot.models import gguf_metadata
from bot.models.gguf_metadata import BrokenFileError, Metadata

MOST_LAYERS = 4096


@dataclass(frozen=True)
class Header:
    """`kv_bytes` are bytes of memory that one token of context takes at most (in 16 bits); 0: unknown.
    `pooling`: whether the model says how to make one embedding of many. `size` is that of the file.
    """

    size: int
    train_context: int
    layers: int
    kv_bytes: int
    pooling: bool


def read(path: Path) -> Header | None:
    """None when llama.cpp has to say what the file is: it is of another version.

    Raises:
        OSError: it cannot be read.
        NNError: invalid-encoding; llama.cpp would abort, or the file breaks off.
    """
    try:
        found = gguf_metadata.read(path)
        return None if found is None else header(found)
    except BrokenFileError as broken:
        raise NNError("invalid-encoding", str(broken)) from None


def header(found: Metadata) -> Header:
    """Raises `BrokenFileError`."""
    family = f"{found.values.get('general.architecture', '')}."
    about = {
        name.removeprefix(family): value for name, value in found.values.items() if name.startswith(family)
    }
    layers = _whole(about, "block_count", MOST_LAYERS)
    return Header(
        size=found.size,
        train_context=_whole(about, "context_length", 2**31 - 1),
        layers=layers,
        kv_bytes=_kv_bytes(about, layers),
        pooling="pooling_type" in about,
    )


def _whole(about: dict[str, Any], name: str, most: int) -> int:
    """A number that has to be there for llama.cpp not to abort; 0 when the model has none at all."""
    value = about.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or not 0 < value <= most:
        raise BrokenFileError(f"{name} is {value!s:.60}, which is not between 1 and {most}")
    return value


def _kv_bytes(about: dict[str, Any], layers: int) -> int:
    heads, width = _sum(about.get("attention.head_count"), 1), _sum(about.get("embedding_length"), 1)
    kv_heads = _sum(about.get("attention.head_count_kv", about.get("attention.head_count")), layers)
    if isinstance(about.get("attention.head_count"), list):
        heads //= max(layers, 1)
    each = width // heads if heads > 0 else 0
    keys = _sum(about.get("attention.key_length", each), 1)
    values = _sum(about.get("attention.value_length", each), 1)
    return max(0, kv_heads * (keys + values) * 2)


def _sum(value: Any, times: int) -> int:
    """Some numbers are there for each layer, others once for all; 0 where there is none."""
    if isinstance(value, list):
        return sum(one for one in value if isinstance(one, int))
    return value * times if isinstance(value, int) else 0
