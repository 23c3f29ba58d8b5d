"""Reads the metadata of a GGUF file. The file is untrusted: all sizes are bounded.

Rejects files that are not GGUF, and files that are known to abort llama.cpp, whose message would only name a
line of its source. llama.cpp checks everything else.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 256 * 1024 * 1024  # of a header; the largest vocabularies take some twenty megabytes
MOST_KEYS = 10_000
MOST_TEXTS = 2_000_000  # in one array
MOST_TENSORS = 262_144
MOST_DIMENSIONS = 8
KEPT_NUMBERS = 4096
KEPT_BYTES = 256 * 1024  # of a text; chat templates have some twenty thousand

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _ARRAY = 8, 9
_TOKENS = "tokenizer.ggml.tokens"


class BrokenFileError(Exception):
    """The text describes the error, without the file's name."""


@dataclass(frozen=True)
class Metadata:
    """`size` is in bytes; `values` has numbers, texts and arrays of numbers that are not too long; `weights`
    counts the numbers in the tensors of this file.
    """

    size: int
    values: Mapping[str, Any]
    weights: int

    def text(self, name: str) -> str:
        """Empty if there is no such text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """None if there is no such number, or if it is negative."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read(path: Path) -> Metadata | None:
    """None if the file has another GGUF version, which only llama.cpp may know.

    Raises:
        OSError: the file cannot be read.
        BrokenFileError: it is not a GGUF file, is truncated, or would abort llama.cpp.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BrokenFileError("the file does not begin with GGUF")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as bytes_:
            return _GgufReader(bytes_, size).metadata()


class _GgufReader:
    """Reads the header once, from start to end. Raises `BrokenFileError`."""

    def __init__(self, bytes_: mmap.mmap, size: int) -> None:
        self._bytes = bytes_
        self._size = size
        self._at = len(_MAGIC)

    def metadata(self) -> Metadata | None:
        if self._number("I") not in _VERSIONS:
            return None
        tensors = self._count(MOST_TENSORS, "tensors")
        values = self._values(self._count(MOST_KEYS, "metadata keys"))
        return Metadata(self._size, values, sum(self._weights() for _ in range(tensors)))

    def _values(self, keys: int) -> dict[str, Any]:
        found = {}
        for _ in range(keys):
            name = self._text().decode("utf-8", "replace")
            value = self._value(name, self._number("I"))
            if value is not None:
                found[name] = value
        return found

    def _value(self, name: str, kind: int) -> Any:
        """None for values that are too long to keep."""
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _TEXT:
            text = self._text()
            return text.decode("utf-8", "replace") if len(text) <= KEPT_BYTES else None
        if kind == _ARRAY:
            return self._array(name, self._number("I"))
        raise BrokenFileError(f"the metadata {name:.60} has the unknown type {kind}")

    def _array(self, name: str, kind: int) -> Any:
        if kind in _SCALARS:
            return self._numbers(_SCALARS[kind], self._number("Q"))
        if kind != _TEXT:
            raise BrokenFileError(f"the metadata {name:.60} is an array of the unsupported type {kind}")
        length = self._count(MOST_TEXTS, f"texts in {name:.60}")
        if name == _TOKENS:
            return self._tokens(length)
        for _ in range(length):
            self._skip(self._number("Q"))
        return None

    def _tokens(self, length: int) -> None:
        """llama.cpp aborts where two tokens are the same."""
        seen = set()
        for number in range(length):
            token = self._text()
            if token in seen:
                raise BrokenFileError(f"the token {number}, {token[:40]!r}, is a duplicate")
            seen.add(token)

    def _numbers(self, letter: str, length: int) -> list[Any] | None:
        start = self._skip(struct.calcsize(f"<{letter}") * length)
        if length > KEPT_NUMBERS:
            return None
        return list(struct.unpack_from(f"<{length}{letter}", self._bytes, start))

    def _weights(self) -> int:
        """Of one tensor's description."""
        name = self._text()
        dimensions = self._number("I")
        if dimensions > MOST_DIMENSIONS:
            raise BrokenFileError(f"the tensor {name[:60]!r} has {dimensions} dimensions")
        shape = [int(self._number("Q")) for _ in range(dimensions)]
        self._skip(struct.calcsize("<IQ"))  # kind and offset
        return math.prod(shape)

    def _count(self, most: int, what: str) -> int:
        number = int(self._number("Q"))
        if number > most:
            raise BrokenFileError(f"the header declares {number} {what}; the limit is {most}")
        return number

    def _number(self, letter: str) -> Any:
        return struct.unpack_from(f"<{letter}", self._bytes, self._skip(struct.calcsize(f"<{letter}")))[0]

    def _text(self) -> bytes:
        length = self._number("Q")
        start = self._skip(length)
        return self._bytes[start : start + length]

    def _skip(self, length: int) -> int:
        """Skips `length` bytes and returns where they begin."""
        start = self._at
        if length > self._size - start:
            raise BrokenFileError("the file is truncated within its header")
        if start + length > MOST_BYTES:
            raise BrokenFileError(f"the header is longer than {MOST_BYTES} bytes")
        self._at += length
        return start
