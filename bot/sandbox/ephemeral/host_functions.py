"""The twelve functions as wasmtime host functions, which call a session."""

from collections.abc import Callable
from typing import Any

import structlog
import wasmtime
from wasmtime import Caller, FuncType, Linker, ValType, WasmtimeError

from bot.core.errors import ModuleError, NNError
from bot.sandbox.ephemeral.errno import Errno, Fault, fault
from bot.sandbox.ephemeral.functions import FUNCTIONS
from bot.sandbox.ephemeral.guest_memory import GuestMemory
from bot.sandbox.ephemeral.session import Session

log = structlog.get_logger()

NAME = "wasi_ephemeral_nn"
_U32 = 0xFFFF_FFFF


class HostFunctions:
    """The functions of one run. `error` is what ended it from within one of them."""

    def __init__(self, module: str, session: Session) -> None:
        self.error: BaseException | None = None
        self._module = module
        self._session = session

    def define(self, linker: Linker) -> None:
        for name, (parameters, function) in FUNCTIONS.items():
            kind = FuncType([ValType.i32()] * parameters, [ValType.i32()])
            linker.define_func(NAME, name, kind, self._guarded(name, function), access_caller=True)

    def _guarded(self, name: str, function: Callable[..., None]) -> Callable[..., int]:
        """Wraps a function. An exception other than a fault ends the guest and is stored here, because
        wasmtime passes exceptions in a global that threads share.
        """

        def call(caller: Caller, *arguments: int) -> int:
            try:
                return self._answer(name, function, caller, arguments)
            except BaseException as error:  # noqa: BLE001 - see above; raised again when the guest has ended
                self.error = error
                raise WasmtimeError("ended by the host") from None

        return call

    def _answer(
        self, name: str, function: Callable[..., None], caller: Caller, arguments: tuple[int, ...]
    ) -> int:
        """The error number. wasmtime has numbers signed; here they are not."""
        unsigned = [argument & _U32 for argument in arguments]
        try:
            function(self._session, self._memory(caller), *unsigned)
        except (Fault, NNError) as error:
            failure = error if isinstance(error, Fault) else fault(error)
            # Programs print only the number of llama.cpp's errors; other errors are the program's own.
            write = log.warning if failure.errno is Errno.RUNTIME_ERROR else log.debug
            write("wasi_nn_call_failed", function=name, errno=failure.errno.name, reason=str(failure))
            return int(failure.errno)
        return 0

    def _memory(self, caller: Caller) -> GuestMemory:
        memory: Any = caller.get("memory")
        if not isinstance(memory, wasmtime.Memory):
            raise ModuleError("invalid", self._module, "does not export a memory named `memory`")
        return GuestMemory(memory, caller)
