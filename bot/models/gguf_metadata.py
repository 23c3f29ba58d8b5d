"""What a GGUF file says of itself at its beginning. The file may be anybody's: everything is bounded.

Refused is what is no GGUF file, and what is known to abort llama.cpp, which then tells of a line of its
source. Whatever else is wrong is left to llama.cpp, which has the last word.
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
    """The text says what is wrong with the file, without its name."""


@dataclass(frozen=True)
class Metadata:
    """`size` is the file's, in bytes; `values` has numbers, texts and arrays of numbers that are not too
    long; `weights` counts the numbers in the tensors of this file.
    """

    size: int
    values: Mapping[str, Any]
    weights: int

    def text(self, name: str) -> str:
        """Empty when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """None when there is none, or a negative one."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read(path: Path) -> Metadata | None:
    """None when the file is of another version, of which only llama.cpp may know something.

    Raises:
        OSError: it cannot be read.
        BrokenFileError: it is no GGUF file, breaks off, or llama.cpp would abort.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BrokenFileError("it does not begin with GGUF")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as bytes_:
            return _GgufReader(bytes_, size).metadata()


class _GgufReader:
    """Goes through the header once. Raises `BrokenFileError`."""

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
        """None for what is too long to keep."""
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _TEXT:
            text = self._text()
            return text.decode("utf-8", "replace") if len(text) <= KEPT_BYTES else None
        if kind == _ARRAY:
            return self._array(name, self._number("I"))
        raise BrokenFileError(f"its metadata {name:.60} is of the unknown type {kind}")

    def _array(self, name: str, kind: int) -> Any:
        if kind in _SCALARS:
            return self._numbers(_SCALARS[kind], self._number("Q"))
        if kind != _TEXT:
            raise BrokenFileError(f"its metadata {name:.60} is an array of the type {kind}")
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
                raise BrokenFileError(f"its token {number}, {token[:40]!r}, is there twice")
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
            raise BrokenFileError(f"its tensor {name[:60]!r} has {dimensions} dimensions")
        shape = [int(self._number("Q")) for _ in range(dimensions)]
        self._skip(struct.calcsize("<IQ"))  # kind and offset
        return math.prod(shape)

    def _count(self, most: int, what: str) -> int:
        number = int(self._number("Q"))
        if number > most:
            raise BrokenFileError(f"it says to have {number} {what}; {most} are allowed")
        return number

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
            raise BrokenFileError("it breaks off within its header")
        if start + length > MOST_BYTES:
            raise BrokenFileError(f"its header is longer than {MOST_BYTES} bytes")
        self._at += length
        return start
