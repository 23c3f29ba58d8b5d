"""Loads modules and calls them.

Every call has a store of its own, thrown away afterwards, so nothing stays of a call, whatever
happened in it. WASI is not linked at all.
"""

import hashlib
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from wasmtime import Config, Engine, Store, WasmtimeError, component

from bot.core.errors import ModuleError
from bot.sandbox.components import trap_errors, wasmtime_fixes
from bot.sandbox.components.epoch_ticker import EpochTicker, ticks
from bot.sandbox.components.guest_call import GuestCall
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.components.module_cache import Cache
from bot.sandbox.components.value_types import OverBudgetError, ValueBudget, ValueTypeError
from bot.sandbox.components.world import World

# The version of `_config`, on which compiled code depends as well as on wasmtime; part of the cache key.
_CONFIG = "1"

_COMPONENT = b"\0asm\x0d\0\x01\0"
_CORE_MODULE = b"\0asm\x01\0\0\0"


def _config() -> Config:
    """A deterministic configuration, so that reviews can be replayed, with only the features guests need."""
    config = Config()
    config.epoch_interruption = True
    config.cranelift_nan_canonicalization = True
    config.wasm_relaxed_simd_deterministic = True
    config.wasm_threads = False
    config.wasm_memory64 = False
    config.memory_reservation = 256 * MiB  # address space per store; the default is 4 GiB
    # Signal-based traps would end the process if another handler is installed, such as Python's
    # faulthandler. Explicit checks have no measurable cost.
    config.signals_based_traps = False
    return config


class Sandbox:
    """One engine for all modules. `cache` is a directory for compiled modules; without it, they are compiled
    at every start.
    """

    def __init__(self, cache: Path | None = None) -> None:
        wasmtime_fixes.apply()
        self.engine = Engine(_config())
        self.ticker = EpochTicker(self.engine)
        self._cache = Cache(cache) if cache else None

    def load(self, source: Path | bytes, name: str, world: World) -> "Module":
        """Raises `ModuleError` of kind load or imports. `name` is for messages."""
        contents = _read(source, name)
        compiled = self._compiled(contents, name)
        world.check_imports(name, compiled, self.engine)
        return Module(self, name, hashlib.sha256(contents).hexdigest(), compiled, world)

    def _compiled(self, contents: bytes, name: str) -> component.Component:
        key = _cache_key(contents)
        found = self._cache.read(key) if self._cache else None
        if found is not None:
            try:
                return component.Component.deserialize(self.engine, found)
            except WasmtimeError:
                pass  # compiled for another processor
        try:
            compiled = component.Component(self.engine, contents)
        except WasmtimeError as error:
            raise ModuleError("load", name, f"not a valid component: {error!s:.500}") from None
        if self._cache:
            self._cache.write(key, bytes(compiled.serialize()))
        return compiled


class Module:
    """A component, ready to be called from any thread."""

    def __init__(
        self, sandbox: Sandbox, name: str, digest: str, compiled: component.Component, world: World
    ) -> None:
        self.name = name
        self.digest = digest
        self._sandbox = sandbox
        self._compiled = compiled
        self._signatures = world.signatures(name, compiled, sandbox.engine)
        self._linker = component.Linker(sandbox.engine)
        with self._linker.root() as root:
            world.define(root)

    def offers(self, export: str) -> bool:
        """Whether the module has an optional export."""
        return export in self._signatures

    def call(self, export: str, arguments: Sequence[Any], limits: GuestLimits, granted: Any = None) -> Any:
        """Calls an exported function, blocking. Raises `ModuleError`, or the exception of a host function."""
        ticker = self._sandbox.ticker
        call = GuestCall(self.name, limits, granted, ticker)
        with call.entered(), ticker.running():
            try:
                return self._enter(export, arguments, limits)
            except WasmtimeError as error:
                raise call.error or trap_errors.of_guest(error, self.name, limits) from None
            except ValueTypeError as error:
                raise ModuleError("invalid", self.name, f"`{export}` cannot be called: {error}") from None
            except OverBudgetError:
                raise ModuleError("output", self.name, f"returned more than {limits.values} values") from None

    def _enter(self, export: str, arguments: Sequence[Any], limits: GuestLimits) -> Any:
        store = Store(self._sandbox.engine)
        try:
            store.set_limits(
                memory_size=limits.memory, table_elements=100_000, instances=64, tables=16, memories=1
            )
            store.set_epoch_deadline(ticks(limits.seconds))
            instance = self._linker.instantiate(store, self._compiled)
            function = cast("component.Func", instance.get_func(store, export))  # exists: checked by World
            return self._signatures[export].call(store, function, arguments, ValueBudget(limits.values))
        finally:
            store.close()


def _read(source: Path | bytes, name: str) -> bytes:
    try:
        contents = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise ModuleError("load", name, f"cannot be read: {error}") from None
    if contents.startswith(_CORE_MODULE):
        raise ModuleError("load", name, "a core module, not a component; see wasm_modules/README.md")
    if not contents.startswith(_COMPONENT):
        raise ModuleError("load", name, "not a WebAssembly component")
    return contents


def _cache_key(contents: bytes) -> str:
    about = "|".join((metadata.version("wasmtime"), _CONFIG, platform.machine()))
    return hashlib.sha256(about.encode() + b"|" + contents).hexdigest()
