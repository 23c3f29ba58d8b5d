"""The state of one call into a guest, for its host functions."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from wasmtime import StoreContext, WasmtimeError
from wasmtime import _ffi as ffi

from bot.core.errors import ModuleError
from bot.sandbox.components.epoch_ticker import EpochTicker, ticks
from bot.sandbox.components.guest_limits import GuestLimits

_thread = threading.local()


class GuestCall:
    """`granted` is the object that the call's host functions use: a token counter, a backend's tables.

    All calls of a module share its linker, so host functions find their call by the thread.
    """

    def __init__(self, module: str, limits: GuestLimits, granted: Any, ticker: EpochTicker) -> None:
        self.module = module
        self.granted = granted
        self.error: BaseException | None = None
        self._ticker = ticker
        self._limits = limits
        self._ends = time.monotonic() + limits.seconds

    @property
    def left(self) -> float:
        """Seconds until the guest's deadline."""
        return self._ends - time.monotonic()

    def check(self) -> None:
        """Raises `ModuleError` after the deadline; the epoch does not interrupt host functions."""
        if self.left <= 0:
            raise self.timeout()

    def timeout(self) -> ModuleError:
        return ModuleError("timeout", self.module, f"not done after {self._limits.seconds:.1f} s")

    @contextmanager
    def uncharged(self, store: StoreContext) -> Iterator[None]:
        """Stops the guest's clock during the host's work."""
        began = time.monotonic()
        try:
            with self._ticker.waiting():
                yield
        finally:
            self._ends += time.monotonic() - began
            context = store._context()  # noqa: SLF001 - no public way in a host function
            ffi.wasmtime_context_set_epoch_deadline(context, ticks(self.left))

    @contextmanager
    def entered(self) -> Iterator[None]:
        before = getattr(_thread, "call", None)
        _thread.call = self
        try:
            yield
        finally:
            _thread.call = before


def host(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a host function of `function(call, store, *arguments)`.

    Whatever it raises ends the guest and comes out of the call as it is. It travels in the call:
    wasmtime hands exceptions over in a global that threads share, and one that is no `Exception`
    takes the process down.
    """

    def guarded(store: StoreContext, *arguments: Any) -> Any:
        call: GuestCall = _thread.call
        try:
            call.check()
            return function(call, store, *arguments)
        except BaseException as error:  # noqa: BLE001 - see above; raised again when the guest has ended
            call.error = error
            raise WasmtimeError("ended by the host") from None

    return guarded
