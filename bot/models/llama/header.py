"""In the parent: what a GGUF file says about itself, as far as it matters before it is loaded.

A hostile or broken file aborts llama.cpp, which tells of a line of its source. What is known to do so
is refused here in words. Whatever else is wrong is left to llama.cpp, which has the last word.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.errors import NNError

MOST_LAYERS = 4096
MOST_KEYS = 10_000
MOST_TEXTS = 2_000_000  # in one array
KEPT_NUMBERS = MOST_LAYERS
KEPT_BYTES = 4096

_VERSIONS = (2, 3)
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _ARRAY = 8, 9
_TOKENS = "tokenizer.ggml.tokens"


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
    with path.open("rb") as file:
        size = path.stat().st_size
        if size < 24:
            raise _broken("it breaks off within its first 24 bytes")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as bytes_:
            try:
                found = _Reader(bytes_, size).found()
            except struct.error:
                raise _broken("it breaks off within its metadata") from None
    return None if found is None else _header(size, found)


def _header(size: int, found: dict[str, Any]) -> Header:
    family = str(found.get("general.architecture", ""))
    about = {
        name.removeprefix(f"{family}."): value for name, value in found.items() if name.startswith(family)
    }
    layers = _whole(about, "block_count", MOST_LAYERS)
    return Header(
        size=size,
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
        raise _broken(f"its {name} is {value}, which is not between 1 and {most}")
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


class _Reader:
    """Goes through the metadata once. `struct.error` where the bytes end."""

    def __init__(self, bytes_: mmap.mmap, size: int) -> None:
        self._bytes = bytes_
        self._size = size
        self._at = 4

    def found(self) -> dict[str, Any] | None:
        """The values by name, without the long ones. Raises `NNError`."""
        if self._number("I") not in _VERSIONS:
            return None
        self._number("Q")  # tensors
        keys = self._number("Q")
        if keys > MOST_KEYS:
            raise _broken(f"it says to have {keys} metadata keys; {MOST_KEYS} are allowed")
        found = {}
        for _ in range(keys):
            name = self._text().decode("utf-8", "replace")
            value = self._value(name, self._number("I"))
            if value is not None:
                found[name] = value
        return found

    def _value(self, name: str, kind: int) -> Any:
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _TEXT:
            text = self._text()
            return text.decode("utf-8", "replace") if len(text) <= KEPT_BYTES else None
        if kind == _ARRAY:
            return self._array(name, self._number("I"), self._number("Q"))
        raise _broken(f"its metadata {name:.60} is of the unknown type {kind}")

    def _array(self, name: str, kind: int, length: int) -> Any:
        if kind in _SCALARS:
            return self._numbers(_SCALARS[kind], length)
        if kind != _TEXT:
            raise _broken(f"its metadata {name:.60} is an array of the type {kind}")
        if length > MOST_TEXTS:
            raise _broken(f"its metadata {name:.60} has {length} texts; {MOST_TEXTS} are allowed")
        if name != _TOKENS:
            for _ in range(length):
                self._skip(self._number("Q"))
            return None
        return self._tokens(length)

    def _tokens(self, length: int) -> None:
        """llama.cpp aborts where two tokens are the same."""
        seen = set()
        for number in range(length):
            token = self._text()
            if token in seen:
                raise _broken(f"its token {number}, {token[:40]!r}, is there twice")
            seen.add(token)

    def _numbers(self, letter: str, length: int) -> list[Any] | None:
        start = self._skip(struct.calcsize(letter) * length)
        if length > KEPT_NUMBERS:
            return None
        return list(struct.unpack_from(f"<{length}{letter}", self._bytes, start))

    def _number(self, letter: str) -> Any:
        return struct.unpack_from(f"<{letter}", self._bytes, self._skip(struct.calcsize(f"<{letter}")))[0]

    def _text(self) -> bytes:
        length = self._number("Q")
        start = self._skip(length)
        return self._bytes[start : start + length]

    def _skip(self, length: int) -> int:
        """Where so many bytes begin."""
        start = self._at
        if length > self._size - start:
            raise struct.error
        self._at += length
        return start


def _broken(reason: str) -> NNError:
    return NNError("invalid-encoding", reason)
