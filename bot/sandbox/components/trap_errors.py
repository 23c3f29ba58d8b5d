"""What wasmtime's errors mean, told by their words: components give no codes."""

from wasmtime import WasmtimeError

from bot.core.errors import ModuleError
from bot.sandbox.components.guest_limits import GuestLimits, MiB

Sign = tuple[str, str, str]  # words in the error, kind, message

_SIGNS: tuple[Sign, ...] = (
    ("wasm trap: interrupt", "timeout", "not done after {seconds:.1f} s"),
    ("call stack exhausted", "stack", "called itself too deeply"),
    ("too much data is being copied", "output", "answers more than can be taken in"),
    ("exceeds memory limits", "memory", "needs more than the {memory} MiB it may have"),
    ("exceeds table limits", "memory", "needs larger tables than it may have"),
    ("resource limit exceeded", "memory", "has more parts than it may have"),
    ("implementation was not found", "imports", "imports what is not granted to it"),
    (
        "wasm `unreachable` instruction executed",
        "trap",
        "gave up: a panic of its own, or the {memory} MiB that it may have were not enough",
    ),
    ("wasm trap:", "trap", "trapped: {last}"),
)


def of_guest(error: WasmtimeError, module: str, limits: GuestLimits) -> ModuleError:
    """The error of a call that the guest spoilt."""
    words = str(error)
    last = words.strip().splitlines()[-1].strip().removeprefix("wasm trap: ")
    for sign, kind, message in _SIGNS:
        if sign in words:
            told = message.format(seconds=limits.seconds, memory=limits.memory // MiB, last=last)
            return ModuleError(kind, module, told)
    return ModuleError("invalid", module, f"breaks the rules of the component model: {last:.300}")
