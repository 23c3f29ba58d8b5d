"""A tensor and its validation."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.errors import NNError

# Bytes of an element.
SIZES = {"FP16": 2, "FP32": 4, "FP64": 8, "BF16": 2, "U8": 1, "I32": 4, "I64": 8}

MOST_DIMENSIONS = 16
MOST_INPUTS = 32

_OF_DIMENSION = 32  # bytes that the host keeps for one, about


@dataclass(frozen=True)
class Tensor:
    """`kind` is a key of `SIZES`."""

    dimensions: tuple[int, ...]
    kind: str
    contents: bytes

    @property
    def size(self) -> int:
        """Bytes of the host's memory."""
        return len(self.contents) + _OF_DIMENSION * len(self.dimensions)

    def check(self, name: str) -> None:
        """Raises `NNError` of code invalid-argument if dimensions, type and contents do not match."""
        if len(self.dimensions) > MOST_DIMENSIONS:
            raise _wrong(name, f"has {len(self.dimensions)} dimensions; the limit is {MOST_DIMENSIONS}")
        wanted = math.prod(self.dimensions) * SIZES[self.kind]
        if wanted != len(self.contents):
            shape = " x ".join(map(str, self.dimensions))
            raise _wrong(name, f"of {shape} {self.kind} needs {wanted} bytes, but has {len(self.contents)}")


def text(contents: bytes) -> Tensor:
    """Checks inputs of one dimension."""
    return Tensor((len(contents),), "U8", contents)


def texts(named: Iterable[tuple[str, Tensor]]) -> dict[str, bytes]:
    """What the inputs of a language model hold. Raises `NNError` of code invalid-argument."""
    found: dict[str, bytes] = {}
    for name, tensor in named:
        if name in found:
            raise _wrong(name, "is given twice")
        tensor.check(name)
        if tensor.kind != "U8":
            raise _wrong(name, f"has type {tensor.kind}; the models need text of type U8")
        found[name] = tensor.contents
    return found


def _wrong(name: str, problem: str) -> NNError:
    return NNError("invalid-argument", f"tensor `{name:.100}` {problem}")
