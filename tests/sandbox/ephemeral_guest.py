"""A guest of `wasi_ephemeral_nn` whose calls a test makes one by one, and models that it may load."""

import json
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import wasmtime
from wasmtime import Linker, Store

from bot.core.errors import NNError
from bot.sandbox.components.epoch_ticker import ticks
from bot.sandbox.ephemeral.functions import FUNCTIONS
from bot.sandbox.ephemeral.host_functions import NAME, HostFunctions
from bot.sandbox.ephemeral.ports import Ggml
from bot.sandbox.ephemeral.session import Session
from tests.sandbox.guests import SANDBOX

PAGE = 65536
ROOM = 24_576  # the buffer of WasmEdge's examples
U8, U8_BEFORE = 3, 2
GGML, CPU = 6, 0
LATER = 60.0


def imported() -> str:
    """The twelve functions, in WAT."""
    return "\n".join(
        f'(import "{NAME}" "{name}" (func ${name} {"(param i32)" * count} (result i32)))'
        for name, (count, _) in FUNCTIONS.items()
    )


def _wrapped(name: str, count: int) -> str:
    passed = " ".join(f"(local.get {number})" for number in range(count))
    return f'(func (export "{name}") {"(param i32)" * count} (result i32) (call ${name} {passed}))'


def wat(pages: int = 4, memory: str = '(export "memory")') -> str:
    wrapped = "\n".join(_wrapped(name, count) for name, (count, _) in FUNCTIONS.items())
    return f"(module {imported()} (memory {memory} {pages}) {wrapped})"


class Guest:
    """A module that passes every call on. Its memory is filled from the start; `said` is what was shown."""

    def __init__(self, ggml: Ggml, text: str = wat(), seconds: float = LATER) -> None:
        self.said: list[bytes] = []
        self.session = Session(ggml, time.monotonic() + seconds, self.said.append)
        self.door = HostFunctions("guest", self.session)
        self.store = Store(SANDBOX.engine)
        self.store.set_epoch_deadline(ticks(seconds))
        linker = Linker(SANDBOX.engine)
        self.door.define(linker)
        module = wasmtime.Module(SANDBOX.engine, bytes(wasmtime.wat2wasm(text)))
        self._exports = linker.instantiate(self.store, module).exports(self.store)
        self._next = 1024

    @property
    def memory(self) -> wasmtime.Memory:
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        return memory

    def call(self, name: str, *arguments: int) -> int:
        function = self._exports[name]
        assert isinstance(function, wasmtime.Func)
        errno: int = function(self.store, *(_signed(argument) for argument in arguments))
        return errno

    def put(self, contents: bytes) -> int:
        """Where they lie."""
        address, self._next = self._next, (self._next + len(contents) + 15) & ~15
        if contents:
            self.memory.write(self.store, contents, address)
        return address

    def word(self, address: int) -> int:
        return int(struct.unpack("<I", self.memory.read(self.store, address, address + 4))[0])

    def read(self, address: int, length: int) -> bytes:
        return bytes(self.memory.read(self.store, address, address + length))

    # ── as programs do ──────────────────────────────────────────────────────────────────────────

    def load(self, name: str = "default", config: object = None) -> tuple[int, int]:
        """The error number and the handle."""
        called, out = self.put(name.encode()), self.put(b"\xff" * 4)
        if config is None:
            return self.call("load_by_name", called, len(name), out), self.word(out)
        text = config if isinstance(config, bytes) else json.dumps(config).encode()
        errno = self.call("load_by_name_with_config", called, len(name), self.put(text), len(text), out)
        return errno, self.word(out)

    def load_builders(self, *builders: bytes, encoding: int = GGML, target: int = CPU) -> tuple[int, int]:
        words = [word for builder in builders for word in (self.put(builder), len(builder))]
        out = self.put(b"\xff" * 4)
        array = self.put(struct.pack(f"<{len(words)}I", *words))
        return self.call("load", array, len(builders), encoding, target, out), self.word(out)

    def context(self, graph: int) -> tuple[int, int]:
        out = self.put(b"\xff" * 4)
        return self.call("init_execution_context", graph, out), self.word(out)

    def set(self, context: int, contents: bytes, index: int = 0, kind: int = U8) -> int:
        dimensions = self.put(struct.pack("<I", 1))
        tensor = struct.pack("<5I", dimensions, 1, kind, self.put(contents), len(contents))
        return self.call("set_input", context, index, self.put(tensor))

    def configure(self, context: int, config: object) -> int:
        return self.set(context, json.dumps(config).encode(), index=1)

    def get(
        self, context: int, index: int = 0, room: int = ROOM, single: Literal["", "_single"] = ""
    ) -> tuple[int, bytes]:
        """The error number, and as many bytes as were said to be written."""
        out, written = self.put(b"\0" * max(room, ROOM)), self.put(b"\0" * 4)
        errno = self.call(f"get_output{single}", context, index, out, room, written)
        return errno, self.read(out, self.word(written))

    def metadata(self, context: int) -> Any:
        errno, text = self.get(context, 1)
        assert errno == 0
        return json.loads(text)

    def ready(self, prompt: str = "What is Rust?", config: object = None) -> int:
        """A context of the model `default` with a prompt."""
        errno, graph = self.load(config=config)
        assert errno == 0
        errno, context = self.context(graph)
        assert errno == 0
        assert self.set(context, prompt.encode()) == 0
        return context


@contextmanager
def guest(ggml: Ggml, pages: int = 4) -> Iterator[Guest]:
    playing = Guest(ggml, wat(pages))
    try:
        yield playing
    finally:
        playing.session.close()
        playing.store.close()


def _signed(number: int) -> int:
    return (number & 0xFFFF_FFFF) - ((number & 0x8000_0000) << 1)


# ── models ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class ToyGeneration:
    pieces: Sequence[bytes]
    input: int
    finish: Literal["stop", "length", "limit"]
    ends_with: bytes = b""
    output: int = 0
    closed: bool = False
    ending: bytes = b""

    def next(self) -> bytes | None:
        assert not self.closed
        if self.output >= len(self.pieces):
            self.ending = self.ends_with
            self.output += bool(self.ending)
            return None
        self.output += 1
        return self.pieces[self.output - 1]

    def close(self) -> None:
        self.closed = True


@dataclass
class ToyGraph:
    """Says `pieces` to whatever it is asked, a token each. A word of a prompt is a token."""

    pieces: Sequence[bytes] = (b"It ", b"rusts", b".")
    ending: bytes = b"<|im_end|>"
    finish: Literal["stop", "length", "limit"] = "stop"
    context: int = 64
    build: int = 4242
    commit: str = "c0ffee"
    config: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    generations: list[ToyGeneration] = field(default_factory=list)
    refuses: str = ""
    closed: bool = False

    def configure(self, config: Mapping[str, Any]) -> None:
        if self.refuses in config:
            raise NNError("runtime-error", f"cannot do {self.refuses}")
        self.config = dict(config)

    def tokenize(self, prompt: str) -> int:
        return len(prompt.split())

    def generate(self, prompt: str, options: Mapping[str, Any], deadline: float) -> ToyGeneration:
        self.asked.append((prompt, dict(options)))
        most = options["n-predict"]
        cut = 0 <= most < len(self.pieces)
        pieces = self.pieces[:most] if cut else self.pieces
        finish = "length" if cut else self.finish
        ending = self.ending if finish == "stop" else b""
        made = ToyGeneration(pieces, self.tokenize(prompt), finish, ending)
        self.generations.append(made)
        return made

    def embed(self, prompt: str, deadline: float) -> list[float]:
        return [0.5, -1.0, float(len(prompt))]

    def close(self) -> None:
        self.closed = True


class Toys:
    """Models by name; None for one whose file is gone. Each `open` makes a graph of its own."""

    def __init__(self, **models: ToyGraph | None) -> None:
        self.models = models or {"default": ToyGraph()}
        self.opened: list[ToyGraph] = []
        self.files: dict[str, ToyGraph] = {}
        self.given: list[bytes] = []

    def knows(self, name: str) -> bool:
        return name in self.models

    def open(self, name: str, config: Mapping[str, Any]) -> ToyGraph:
        return self._opened(self.models[name], config)

    def open_file(self, path: str, config: Mapping[str, Any]) -> ToyGraph:
        return self._opened(self.files.get(path), config)

    def open_bytes(self, contents: bytes, config: Mapping[str, Any]) -> ToyGraph:
        self.given.append(contents)
        return self._opened(ToyGraph(), config)

    def _opened(self, model: ToyGraph | None, config: Mapping[str, Any]) -> ToyGraph:
        if model is None:
            raise NNError("not-found", "the file is gone")
        model.closed = False
        model.config = dict(config)
        self.opened.append(model)
        return model
