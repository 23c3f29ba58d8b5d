"""Runs a program: a WASI preview 1 core module that uses models through `wasi_ephemeral_nn`."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from wasmtime import ExitTrap, Func, Linker, Store, Trap, TrapCode, WasiConfig, WasmtimeError
from wasmtime import Module as CoreModule

from bot.core.errors import ModuleError
from bot.sandbox.components.epoch_ticker import ticks
from bot.sandbox.components.guest_limits import MiB
from bot.sandbox.ephemeral import imports
from bot.sandbox.ephemeral.host_functions import HostFunctions
from bot.sandbox.ephemeral.ports import Ggml
from bot.sandbox.ephemeral.session import Session
from bot.sandbox.sandbox import Sandbox

# Seconds after the deadline: the guest ends at once where it computes, but not where it waits for input.
GRACE = 2.0
# A guest's stack (512 KiB) lies on its thread's, of which some systems give as little.
_STACK = 4 << 20


@dataclass(frozen=True)
class Mount:
    """A directory as the guest sees it."""

    path: Path
    guest: str
    writable: bool = True


@dataclass(frozen=True)
class ProgramEnvironment:
    """What a program is started with. Without `stdio` its input is empty and its output goes nowhere."""

    arguments: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    mounts: Sequence[Mount] = ()
    stdio: bool = False

    def wasi(self, name: str) -> WasiConfig:
        """Raises `ModuleError` where a directory is not there."""
        wasi = WasiConfig()
        wasi.argv = [name, *self.arguments]
        wasi.env = list(self.variables.items())
        for mount in self.mounts:
            try:
                wasi.preopen_dir(str(mount.path), mount.guest, mount.writable)
            except WasmtimeError:
                raise ModuleError("refused", name, f"the directory {mount.path} cannot be opened") from None
        if self.stdio:
            wasi.inherit_stdin()
            wasi.inherit_stdout()
            wasi.inherit_stderr()
        return wasi


@dataclass(frozen=True)
class ProgramLimits:
    """`seconds` that the run may take, models and all, and the guest's `memory` in bytes."""

    seconds: float = 600.0
    memory: int = 1024 * MiB


class Program:
    """A module, compiled. `source` is a file or what is in it, WebAssembly; `name` is for messages, and
    the program's own name as it sees it.
    """

    def __init__(self, sandbox: Sandbox, source: Path | bytes, name: str) -> None:
        self._sandbox = sandbox
        self._name = name
        try:
            contents = source if isinstance(source, bytes) else source.read_bytes()
            self._module = CoreModule(sandbox.engine, contents)
        except OSError as error:
            raise ModuleError("load", name, f"cannot be read: {error.strerror}") from None
        except WasmtimeError as error:
            raise ModuleError("load", name, f"not a valid core module: {error!s:.500}") from None
        imports.check(self._module, name)

    def run(
        self,
        ggml: Ggml,
        surroundings: ProgramEnvironment,
        allowed: ProgramLimits,
        show: Callable[[bytes], None] = lambda _: None,
    ) -> int:
        """The exit status. Blocks; raises `ModuleError`. `show` writes what a model streams to the
        standard output.

        The program runs in a thread of its own. One that waits for input beyond its deadline is left
        behind there.
        """
        run = _ProgramRun(self._name, ggml, allowed, show)
        thread = threading.Thread(target=run.go, args=(self._sandbox, self._module, surroundings))
        thread.daemon = True
        before = threading.stack_size(_STACK)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
        thread.join(allowed.seconds + GRACE)
        return run.result()


class _ProgramRun:
    def __init__(self, name: str, ggml: Ggml, allowed: ProgramLimits, show: Callable[[bytes], None]) -> None:
        self._name = name
        self._allowed = allowed
        self._session = Session(ggml, time.monotonic() + allowed.seconds, show)
        self._door = HostFunctions(name, self._session)
        self._status: int | None = None
        self._error: BaseException | None = None

    def go(self, sandbox: Sandbox, module: CoreModule, surroundings: ProgramEnvironment) -> None:
        """In the guest's thread. Whatever is raised, `result` raises."""
        try:
            with sandbox.ticker.running():
                self._status = self._enter(sandbox, module, surroundings)
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
            self._error = self._door.error or error
        finally:
            self._session.close()

    def result(self) -> int:
        if self._error:
            raise self._error
        if self._status is None:
            self._fail("timeout", self._late())
        return self._status

    def _enter(self, sandbox: Sandbox, module: CoreModule, surroundings: ProgramEnvironment) -> int:
        store = Store(sandbox.engine)
        linker = Linker(sandbox.engine)
        try:
            store.set_limits(
                memory_size=self._allowed.memory, table_elements=1_000_000, instances=1, tables=16, memories=1
            )
            store.set_wasi(surroundings.wasi(self._name))
            store.set_epoch_deadline(ticks(self._allowed.seconds))
            linker.define_wasi()
            self._door.define(linker)
            return self._start(store, linker, module)
        finally:
            linker.close()
            store.close()

    def _start(self, store: Store, linker: Linker, module: CoreModule) -> int:
        try:
            start = linker.instantiate(store, module).exports(store).get("_start")
            if not isinstance(start, Func):
                self._fail("invalid", "not a program: it does not export a function `_start`")
            start(store)
        except ExitTrap as end:
            return end.code
        except Trap as trap:
            self._trapped(trap)
        except WasmtimeError as error:
            self._fail("invalid", f"cannot be run: {' '.join(str(error).split()):.500}")
        return 0

    def _trapped(self, trap: Trap) -> NoReturn:
        if self._door.error:
            raise self._door.error
        if trap.trap_code is TrapCode.INTERRUPT:
            self._fail("timeout", self._late())
        if trap.trap_code is TrapCode.STACK_OVERFLOW:
            self._fail("stack", "exceeded the call stack")
        last = trap.message.strip().splitlines()[-1]  # after where in the program it was
        self._fail("trap", f"trapped: {last.rpartition('wasm trap: ')[2].strip()}")

    def _late(self) -> str:
        return (
            f"not done after {self._allowed.seconds:g} s and stopped; raise --deadline, or, if the program "
            "reads lines in a loop, send its own command to quit: it does not stop at the end of the input"
        )

    def _fail(self, kind: str, message: str) -> NoReturn:
        raise ModuleError(kind, self._name, message)
