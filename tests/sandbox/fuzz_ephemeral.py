"""Random programs against the twelve functions: whatever they pass, they get an error number.

`python -m tests.sandbox.fuzz_ephemeral --minutes 10` goes on for that long. A program that is answered with
anything else, or makes the host raise, is told with its seed; `--seed` runs that one again.
"""

import argparse
import json
import logging
import random
import struct
import sys
import time
from collections.abc import Mapping
from typing import Any, Literal

import structlog
import wasmtime

from bot.core.errors import NNError
from bot.sandbox.components.guest_limits import MiB
from bot.sandbox.ephemeral import Program, ProgramEnvironment, ProgramLimits
from bot.sandbox.ephemeral.errno import Errno
from bot.sandbox.ephemeral.functions import FUNCTIONS
from tests.sandbox.ephemeral_guest import PAGE, imported
from tests.sandbox.guests import SANDBOX

CALLS = 60
FIRST = ("load_by_name_with_config", "load_by_name", "init_execution_context", "set_input")
OFTEN = ("compute", "compute_single", "get_output", "get_output_single", *FIRST)
SECONDS = 20.0  # far more than a program takes: who gets there hangs
ALLOWED = ProgramLimits(seconds=SECONDS, memory=2 * MiB)

EDGES = (
    *(0, 1, 3, 4, 8, 16, 17, 100),
    *(PAGE - 4, PAGE - 1, PAGE, 2 * PAGE, 2**31 - 1, 2**31, 2**32 - 4, 2**32 - 1),
)

# Where something lies that makes sense: names, configurations, tensors, builders; and room for answers.
NAMES, CONFIGS, TENSORS, BUILDERS, ROOM = 1024, 4096, 16384, 20480, 32768
STEP = 256

NAMES_KNOWN = (
    b"default",
    b"default",
    b"default",
    b"gone",
    b"unknown",
    b"",
    b"\xff\xfe",
    b"preload:default",
    b"x" * 200,
)
CONFIGS_KNOWN = (
    b"{}",
    b'{"n-predict": 3, "stream-stdout": true}',
    b'{"embedding": true}',
    b'{"reverse-prompt": "a", "temp": 0.5}',
    b'{"temp": "x"}',
    b'{"n-predict": 0, "new": [[{}]]}',
    b'{"ctx-size": 9223372036854775807, "seed": -1}',
    b'{"json_schema": "{}", "grammar": ""}',
    b"{",
    b"[]",
    b"[" * 200,
    b"nothing",
)
CODES = (
    "invalid-argument",
    "invalid-encoding",
    "timeout",
    "runtime-error",
    "unsupported-operation",
    "too-large",
    "not-found",
    "security",
    "unknown",
)


class Moody:
    """A backend that does what it may: answers, and refuses with any code of the standard."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.open_graphs = 0
        self.build = 1
        self.commit = "c0ffee"
        self.input = 0
        self.output = 0
        self.ending = b"</s>"

    def _maybe_refuse(self) -> None:
        if self._chance.random() < 0.1:
            raise NNError(self._chance.choice(CODES), "not today")

    # ── Ggml ────────────────────────────────────────────────────────────────────────────────────

    def knows(self, name: str) -> bool:
        return name in {"default", "gone"}

    def open(self, name: str, config: Mapping[str, Any]) -> "Moody":
        self._maybe_refuse()
        if name != "default":
            raise NNError("not-found", "gone")
        self.open_graphs += 1
        return self

    def open_file(self, path: str, config: Mapping[str, Any]) -> "Moody":
        return self.open(path, config)

    def open_bytes(self, contents: bytes, config: Mapping[str, Any]) -> "Moody":
        assert isinstance(contents, bytes)
        return self.open("default", config)

    # ── Graph ───────────────────────────────────────────────────────────────────────────────────

    @property
    def context(self) -> int:
        return self._chance.choice((8, 64, 4096))

    def configure(self, config: Mapping[str, Any]) -> None:
        json.dumps(dict(config))
        self._maybe_refuse()

    def tokenize(self, prompt: str) -> int:
        assert isinstance(prompt, str)
        self._maybe_refuse()
        return len(prompt)

    def generate(self, prompt: str, options: Mapping[str, Any], deadline: float) -> "Moody":
        assert -1 <= options["n-predict"] < 2**31
        self._maybe_refuse()
        return self

    def embed(self, prompt: str, deadline: float) -> list[float]:
        self._maybe_refuse()
        return [0.5] * self._chance.randrange(3)

    def close(self) -> None:
        pass

    # ── Generation ──────────────────────────────────────────────────────────────────────────────

    @property
    def finish(self) -> Literal["stop", "length", "limit"]:
        return self._chance.choice(("stop", "length", "limit"))

    def next(self) -> bytes | None:
        self._maybe_refuse()
        if self._chance.random() < 0.2:
            return None
        return self._chance.choice((b"", b"a", b"\xe2\x82", b"x" * 5000))


class Scribe:
    """Writes a program out of a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def wat(self) -> str:
        """It traps where an answer is no error number."""
        steps = [self._call(name, self._likely(name)) for name in FIRST if self.chance.random() < 0.95]
        body = "\n".join([*steps, *(self._step() for _ in range(CALLS))])
        return f"""(module {imported()} (memory (export "memory") 1 32) {self._contents()}
          (func $check (param $errno i32)
            (if (i32.gt_u (local.get $errno) (i32.const {Errno.NOT_FOUND})) (then
              (if (i32.gt_u (i32.sub (local.get $errno) (i32.const {Errno.END_OF_SEQUENCE})) (i32.const 3))
                (then unreachable)))))
          (func (export "_start") {body}))"""

    def _step(self) -> str:
        kind = self.chance.random()
        if kind < 0.05:
            return f"(drop (memory.grow (i32.const {self.chance.choice((1, 2, 40, -1))})))"
        if kind < 0.15:
            address = self.chance.randrange(PAGE - 4)
            return f"(i32.store (i32.const {address}) (i32.const {self._number()}))"
        name = self.chance.choice((*FUNCTIONS, *OFTEN * 2))
        arguments = self._likely(name) if self.chance.random() < 0.7 else self._wild(FUNCTIONS[name][0])
        return self._call(name, arguments)

    def _call(self, name: str, arguments: list[int]) -> str:
        return f"(call $check (call ${name} {' '.join(f'(i32.const {number})' for number in arguments)}))"

    def _wild(self, count: int) -> list[int]:
        return [self._number() for _ in range(count)]

    def _number(self) -> int:
        return self.chance.choice(
            (
                self.chance.choice(EDGES),
                self.chance.randrange(2**32),
                self.chance.randrange(PAGE),
                self.chance.randrange(10),
            )
        )

    def _likely(self, name: str) -> list[int]:
        """Mostly what makes sense, so that it gets somewhere, with one number that is anything."""
        handle, out = self.chance.choice((0, 0, 0, 0, 1, 2)), ROOM + 4 * self.chance.randrange(4)
        known, config = self._pick(NAMES, NAMES_KNOWN), self._pick(CONFIGS, CONFIGS_KNOWN)
        tensor = TENSORS + 20 * self.chance.randrange(16)
        room = [self.chance.randrange(3), ROOM + 1024, self.chance.choice((0, 3, 24576)), out]
        arguments = {
            "load": [BUILDERS, self.chance.randrange(1, 4), self.chance.choice((5, 6)), 0, out],
            "load_by_name": [*known, out],
            "load_by_name_with_config": [*known, *config, out],
            "init_execution_context": [handle, out],
            "set_input": [handle, self.chance.randrange(3), tensor],
            "get_output": [handle, *room],
            "get_output_single": [handle, *room],
        }.get(name, [handle])
        if self.chance.random() < 0.2:
            arguments[self.chance.randrange(len(arguments))] = self._number()
        return arguments

    def _pick(self, at: int, texts: tuple[bytes, ...]) -> tuple[int, int]:
        number = self.chance.randrange(len(texts))
        return at + number * STEP, len(texts[number])

    def _contents(self) -> str:
        memory = bytearray(self.chance.randbytes(PAGE) if self.chance.random() < 0.5 else bytes(PAGE))
        for at, texts in ((NAMES, NAMES_KNOWN), (CONFIGS, CONFIGS_KNOWN)):
            for number, text in enumerate(texts):
                memory[at + number * STEP : at + number * STEP + len(text)] = text
        for number in range(16):
            where = self._pick(*self.chance.choice(((CONFIGS, CONFIGS_KNOWN), (NAMES, NAMES_KNOWN))))
            kind = self.chance.choice((2, 3, 3, 0x0103, self._number()))
            struct.pack_into("<5I", memory, TENSORS + number * 20, 0, 0, kind, *where)
            struct.pack_into("<2I", memory, BUILDERS + number * 8, *where)
        shown = "".join(f"\\{byte:02x}" for byte in memory)
        return f'(data (i32.const 0) "{shown}")'


def try_one(seed: int) -> None:
    """Raises what the host raised, or `ModuleError` when a function answered with no error number."""
    source = bytes(wasmtime.wat2wasm(Scribe(seed).wat()))
    program = Program(SANDBOX, source, f"seed {seed}")
    assert program.run(Moody(random.Random(seed)), ProgramEnvironment(), ALLOWED) == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, help="run this one program")
    told = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    end = time.monotonic() + told.minutes * 60
    first = random.randrange(2**40) if told.seed is None else told.seed
    seed, failures = first, 0
    while seed == first or (told.seed is None and time.monotonic() < end):
        try:
            try_one(seed)
        except Exception as error:  # noqa: BLE001 - each is a finding
            failures += 1
            sys.stdout.write(f"seed {seed}: {type(error).__name__}: {error}\n")
        seed += 1
    sys.stdout.write(f"{seed - first} programs of {CALLS} steps, {failures} failures\n")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
