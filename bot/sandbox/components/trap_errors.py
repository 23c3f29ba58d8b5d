"""Classifies wasmtime's errors by their text, because components report no codes."""

from wasmtime import WasmtimeError

from bot.core.errors import ModuleError
from bot.sandbox.components.guest_limits import GuestLimits, MiB

Sign = tuple[str, str, str]  # words in the error, kind, message

_SIGNS: tuple[Sign, ...] = (
    ("wasm trap: interrupt", "timeout", "not done after {seconds:.1f} s"),
    ("call stack exhausted", "stack", "exceeded the call stack"),
    ("too much data is being copied", "output", "returned more data than allowed"),
    ("exceeds memory limits", "memory", "exceeded its memory limit of {memory} MiB"),
    ("exceeds table limits", "memory", "exceeded the limit on table sizes"),
    ("resource limit exceeded", "memory", "exceeded the limit on instances, tables and memories"),
    ("implementation was not found", "imports", "imports a function that is not granted"),
    (
        "wasm `unreachable` instruction executed",
        "trap",
        "aborted: it panicked, or its memory limit of {memory} MiB was too low",
    ),
    ("wasm trap:", "trap", "trapped: {last}"),
)


def of_guest(error: WasmtimeError, module: str, limits: GuestLimits) -> ModuleError:
    """The `ModuleError` for a call that failed because of the guest."""
    words = str(error)
    last = words.strip().splitlines()[-1].strip().removeprefix("wasm trap: ")
    for sign, kind, message in _SIGNS:
        if sign in words:
            text = message.format(seconds=limits.seconds, memory=limits.memory // MiB, last=last)
            return ModuleError(kind, module, text)
    return ModuleError("invalid", module, f"violates the component model: {last:.300}")
