"""What a GGUF file says of itself at its beginning. The file may be anybody's: everything is bounded."""

import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from bot.core.errors import Refused
from bot.core.value import Value

MOST_BYTES = 256 * 1024 * 1024  # of a header; the largest vocabularies take some twenty megabytes
MOST_KEYS = 65_536
MOST_TENSORS = 262_144
MOST_ITEMS = 16_000_000  # of one array
LONGEST_KEY = 65_535
LONGEST_TEXT = 16 * 1024 * 1024
DEEPEST = 4  # arrays in arrays
MOST_DIMENSIONS = 8

_NUMBERS = dict(enumerate(("<B", "<b", "<H", "<h", "<I", "<i", "<f", "<?"))) | {10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _ARRAY = 8, 9
# general.file_type, as llama.cpp numbers it.
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16",
    36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip


class Facts(Value):
    """Of a model. `parameters` counts weights, `context` tokens that it was trained for; `cell` is the
    bytes that one token of context takes in memory, at 16 bits, which `pull` fills in. None: the file does
    not say.
    """

    architecture: str
    name: str | None = None
    parameters: int = 0
    quantisation: str | None = None
    context: int | None = None
    cell: int | None = None
    template: bool = False
    licence: str | None = None
    parts: int = 1


def read_facts(path: Path) -> Facts:
    """Reads the header of `path`. Raises `Refused`, which names the file and what is wrong with it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            reader = _Reader(file, min(size, MOST_BYTES))
            keys, parameters = _read(reader)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    except _Broken as broken:
        raise Refused(f"{path} is no GGUF file that can be used: {broken}") from None
    return _facts(keys, parameters)


class _Broken(Exception):
    """The text says what is wrong."""


class _Reader:
    """Reads numbers and texts, never beyond `end`."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self._left = end

    def take(self, count: int) -> bytes:
        self._spend(count)
        read = self._file.read(count)
        if len(read) != count:
            raise _Broken("it ends within its header")
        return read

    def skip(self, count: int) -> None:
        self._spend(count)
        self._file.seek(count, 1)

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def count(self, most: int, what: str) -> int:
        number = int(self.number("<Q"))
        if number > most:
            raise _Broken(f"it says that it has {number} {what}")
        return number

    def text(self, most: int = LONGEST_TEXT) -> str:
        return self.take(self.count(most, "bytes in one text")).decode("utf-8", errors="replace")

    def skip_text(self) -> None:
        self.skip(self.count(LONGEST_TEXT, "bytes in one text"))

    def _spend(self, count: int) -> None:
        if count > self._left:
            raise _Broken("it ends within its header, or its header is far too long")
        self._left -= count


def _read(reader: _Reader) -> tuple[dict[str, Any], int]:
    """Keys with their values (arrays as their lengths), and the number of weights."""
    if reader.take(4) != b"GGUF":
        raise _Broken("it does not begin with GGUF")
    version = reader.number("<I")
    if version not in (2, 3):
        raise _Broken(f"it is of version {version}; 2 and 3 are known")
    tensors = reader.count(MOST_TENSORS, "tensors")
    pairs = reader.count(MOST_KEYS, "keys")
    keys = {}
    for _ in range(pairs):
        key = reader.text(LONGEST_KEY)
        keys[key] = _value(reader, reader.number("<I"))
    return keys, sum(_weights(reader) for _ in range(tensors))


def _value(reader: _Reader, kind: int) -> Any:
    if kind == _TEXT:
        return reader.text()
    if kind == _ARRAY:
        return _skip_array(reader, DEEPEST)
    if kind not in _NUMBERS:
        raise _Broken(f"a value is of the unknown kind {kind}")
    return reader.number(_NUMBERS[kind])


def _skip_array(reader: _Reader, depth: int) -> None:
    """Vocabularies, above all: nothing of them is needed here."""
    kind, items = reader.number("<I"), reader.count(MOST_ITEMS, "items in one list")
    if kind in _NUMBERS:
        reader.skip(items * struct.calcsize(_NUMBERS[kind]))
    elif kind == _TEXT:
        _repeat(reader.skip_text, items)
    elif kind == _ARRAY and depth > 1:
        _repeat(lambda: _skip_array(reader, depth - 1), items)
    else:
        raise _Broken(f"a list is of the unknown kind {kind}, or too deep")


def _repeat(step: Callable[[], None], times: int) -> None:
    for _ in range(times):
        step()


def _weights(reader: _Reader) -> int:
    """Of one tensor's description."""
    reader.skip_text()
    dimensions = reader.number("<I")
    if dimensions > MOST_DIMENSIONS:
        raise _Broken(f"a tensor has {dimensions} dimensions")
    shape = [int(reader.number("<Q")) for _ in range(dimensions)]
    reader.skip(struct.calcsize("<IQ"))  # kind and offset
    return math.prod(shape)


def _facts(keys: dict[str, Any], parameters: int) -> Facts:
    architecture = _as_text(keys.get("general.architecture")) or "unknown"
    kind = _as_number(keys.get("general.file_type"))
    return Facts(
        architecture=architecture,
        name=_as_text(keys.get("general.name")),
        parameters=parameters,
        quantisation=None if kind is None else _FILE_TYPES.get(kind, f"type {kind}"),
        context=_as_number(keys.get(f"{architecture}.context_length")),
        template=bool(keys.get("tokenizer.chat_template")),
        licence=_as_text(keys.get("general.license")),
        parts=_as_number(keys.get("split.count")) or 1,
    )


def _as_text(value: Any) -> str | None:
    return value[:200] if isinstance(value, str) and value else None


def _as_number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
