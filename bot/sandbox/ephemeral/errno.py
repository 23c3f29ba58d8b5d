"""The error numbers of the twelve functions, including WasmEdge's own for GGML."""

from enum import IntEnum

from bot.core.errors import NNError


class Errno(IntEnum):
    SUCCESS = 0
    INVALID_ARGUMENT = 1
    INVALID_ENCODING = 2
    MISSING_MEMORY = 3
    BUSY = 4
    RUNTIME_ERROR = 5
    UNSUPPORTED_OPERATION = 6
    TOO_LARGE = 7
    NOT_FOUND = 8
    END_OF_SEQUENCE = 100
    CONTEXT_FULL = 101
    PROMPT_TOO_LONG = 102
    MODEL_NOT_FOUND = 103


class Fault(Exception):
    """A failed call, which the guest learns by the error number."""

    def __init__(self, errno: Errno, message: str = "") -> None:
        super().__init__(message or errno.name)
        self.errno = errno


_CODES = {
    "invalid-argument": Errno.INVALID_ARGUMENT,
    "invalid-encoding": Errno.INVALID_ENCODING,
    "timeout": Errno.BUSY,
    "runtime-error": Errno.RUNTIME_ERROR,
    "unsupported-operation": Errno.UNSUPPORTED_OPERATION,
    "too-large": Errno.TOO_LARGE,
    "not-found": Errno.NOT_FOUND,
}


def fault(error: NNError, **instead: Errno) -> Fault:
    """The fault that an error of the standard is. `instead` has other numbers for some of its codes,
    with underscores.
    """
    errno = instead.get(error.code.replace("-", "_")) or _CODES.get(error.code, Errno.RUNTIME_ERROR)
    return Fault(errno, str(error))
