"""Guests that use wasi:nn in all the wrong ways: `python -m tests.sandbox.fuzz_component --minutes 10`.

Whatever they do, they get an error or are ended with a `ModuleError`; nothing else comes out of a call, and
the process that runs them lives. Each number is one guest; a batch of them has a process of its own.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from random import Random
from threading import Event

from bot.core.errors import ModuleError, NNError
from bot.sandbox import Sandbox
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.wasi_nn.loading import ModelGrant
from bot.sandbox.wasi_nn.tables import GuestResources
from tests.sandbox.nn_guests import ANSWER, CODES, ENCODINGS, KINDS, NN, RESULT, TARGETS, Program

LIMITS = GuestLimits(seconds=1, memory=16 * MiB, values=10_000)
BATCH = 300
STEPS = 40
CARE = 0.995  # how often a guest does what is right
GOOD = (b"", b"prompt", b"messages", b"default", b"preload:default", b"GGUF", b"0", b"x" * 5000)
TEXTS = GOOD * 20 + (b"\xff",)


class Moods:
    """A backend that does one thing and another. Counts what is open."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.open = 0

    def load(self, name: str, config: bytes = b"") -> "Moods":
        return self.bring(name.encode(), config)

    def bring(self, model: bytes, config: bytes = b"") -> "Moods":
        self._may_fail()
        self.open += 1
        return self

    def compute(
        self, inputs: dict[str, bytes], deadline: float, cancelled: Event | None = None
    ) -> dict[str, bytes]:
        self._may_fail()
        size = self._random.choice([0, 1, 100, 100_000])
        return {f"out{number}\0é": bytes(size) for number in range(self._random.choice([0, 1, 2, 50]))}

    def close(self) -> None:
        self.open -= 1

    def _may_fail(self) -> None:
        if self._random.random() < 0.2:
            raise NNError(self._random.choice([*CODES, "odd"]), "x" * self._random.choice([0, 9, 10_000]))


class Guest:
    """A program of random calls, most of them with things that it really has."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._program = Program()
        self._made: dict[str, list[str]] = {"tensor": [], "graph": [], "context": [], "error": []}

    def component(self) -> bytes:
        for kind in ("tensor", "graph", "context"):
            self._make(kind)
        for _ in range(self._random.randrange(STEPS)):
            self._step()
        return self._program.component()

    def _step(self) -> None:
        what = self._random.choice(["make", "make", "compute", "compute", "ask", "drop", "loop"])
        if what == "make":
            self._make(self._random.choice(["tensor", "graph", "context", "load"]))
        elif what == "compute":
            self._compute()
        elif what == "ask":
            self._ask()
        elif what == "drop":
            kind = self._random.choice(list(self._made))
            self._use(f"drop-{kind}", handle := self._handle(kind))
            self._forget(handle)
        else:
            self._loop()

    def _make(self, kind: str) -> None:
        if kind == "tensor":
            call = self._program.call("new", *self._shape(), self._number(len(KINDS)), *self._bytes())
            self._made["tensor"].append(self._program.made(call))
        elif kind == "graph":
            self._fallible("load-by-name", "graph", *self._bytes())
        elif kind == "context":
            self._fallible("init", "context", self._handle("graph"))
        else:
            self._load()

    def _load(self) -> None:
        parts = [self._bytes() for _ in range(self._random.choice([0, 1, 1, 1, 2, 2, 3]))]
        listed = b"".join((number % 2**32).to_bytes(4, "little") for part in parts for number in part)
        at, _ = self._program.put(listed)
        how = self._number(len(ENCODINGS)), self._number(len(TARGETS))
        self._fallible("load", "graph", at, len(parts), *how)

    def _compute(self) -> None:
        at, count, tensors = self._inputs()
        context = self._handle("context")
        self._fallible("compute", "tensor", context, at, count, needs=(context, *tensors))
        for tensor in tensors:
            self._forget(tensor)

    def _fallible(
        self, name: str, kind: str, *numbers: int | str, needs: Sequence[int | str] | None = None
    ) -> None:
        """What comes out is a thing of that kind, or an error; of an answer, the first tensor."""
        made, error = self._program.made("(i32.const 0)"), self._program.made("(i32.const 0)")
        self._made[kind].append(made)
        self._made["error"].append(error)
        payload, length = f"(i32.load (i32.const {RESULT + 4}))", f"(i32.load (i32.const {RESULT + 8}))"
        kept = f"(local.set {made} {payload})"
        if name == "compute":
            kept = f"(if {length} (then (local.set {made} (i32.load offset=8 {payload}))))"
        self._guarded(
            f"{self._program.call(name, *numbers, RESULT)} (if (i32.load8_u (i32.const {RESULT}))"
            f" (then (local.set {error} {payload})) (else {kept}))",
            numbers if needs is None else needs,
        )

    def _use(self, name: str, handle: int | str, *numbers: int) -> None:
        self._guarded(self._program.call(name, handle, *numbers), [handle])

    def _guarded(self, code: str, handles: Sequence[int | str]) -> None:
        """Most guests look whether they have a thing before they use it."""
        for handle in handles:
            if isinstance(handle, str) and self._random.random() < CARE:
                code = f"(if (local.get {handle}) (then {code}))"
        self._program.step(code)

    def _forget(self, handle: int | str) -> None:
        if isinstance(handle, str) and self._random.random() < CARE:
            self._program.step(f"(local.set {handle} (i32.const 0))")

    def _ask(self) -> None:
        asked = [("dimensions", "tensor"), ("contents", "tensor"), ("words", "error")]
        name, kind = self._random.choice([*asked, ("ty", "tensor"), ("code", "error")])
        handle = self._handle(kind)
        if name in ("ty", "code"):
            self._guarded(f"(drop {self._program.call(name, handle)})", [handle])
        else:
            self._use(name, handle, ANSWER)

    def _loop(self) -> None:
        """The same again and again, until something is full."""
        call = self._program.call("new", *self._shape(), 4, *self._bytes())
        count = self._program.made("(i32.const 0)")
        times = self._random.choice([3, 3, 3, 3, 3, 3, 2000])
        self._program.step(
            f"(loop (drop {call}) (local.set {count} (i32.add (local.get {count}) (i32.const 1)))"
            f" (br_if 0 (i32.lt_u (local.get {count}) (i32.const {times}))))"
        )

    def _inputs(self) -> tuple[int, int, list[int | str]]:
        """Where the list is, its length, and the tensors in it."""
        have = len(self._made["tensor"])
        count = self._random.choice([0, 1, 1, 1, 2, 3, 40])
        tensors = [self._handle("tensor") for _ in range(count)]
        if self._random.random() < CARE:
            tensors = list(dict.fromkeys(tensors))[:have]
        at, _ = self._program.put(bytes(12 * len(tensors)))
        for number, tensor in enumerate(tensors):
            fields: tuple[int | str, ...] = (*self._bytes(), tensor)
            for place, field in enumerate(fields):
                value = f"(local.get {field})" if isinstance(field, str) else f"(i32.const {field})"
                self._program.step(f"(i32.store (i32.const {at + 12 * number + 4 * place}) {value})")
        return at, self._random.choice([len(tensors)] * 40 + [100_000]), tensors

    def _handle(self, kind: str) -> int | str:
        """One that the guest has, had, or never had."""
        if self._made[kind] and self._random.random() < CARE:
            return self._random.choice(self._made[kind])
        return self._random.choice([0, 1, 2, 7, 1000, -1, 2**31 - 1])

    def _number(self, cases: int) -> int:
        return (
            self._random.randrange(cases) if self._random.random() < CARE else self._random.choice([99, -1])
        )

    def _shape(self) -> tuple[int, int]:
        dimensions = range(self._random.choice([0, 1, 2, 16, 17]))
        lengths = [self._random.choice([0, 1, 5, 8, 2**32 - 1]) for _ in dimensions]
        at, _ = self._program.put(b"".join(length.to_bytes(4, "little") for length in lengths))
        return at, self._random.choice([len(lengths)] * 150 + [100_000, -1])

    def _bytes(self) -> tuple[int, int]:
        at, size = self._program.put(self._random.choice(TEXTS))
        return self._random.choice([at] * 99 + [-8]), self._random.choice([size] * 150 + [2**20, -1])


def try_one(sandbox: Sandbox, number: int) -> str:
    """Runs the guest of that number. How it ended: "answer", or the kind of the `ModuleError`."""
    random = Random(number)
    models = Moods(random)
    grant = ModelGrant(bytes=random.choice([0, 4, 2**20]), targets=frozenset(random.sample(TARGETS, 2)))
    module = sandbox.load(Guest(random).component(), "guest", NN)
    tables = GuestResources(models, random.choice([-1, 60, 60, 60]), MiB, grant)
    try:
        with tables:
            module.call("run", (), LIMITS, tables)
    except ModuleError as error:
        ended = error.kind
    else:
        ended = "answer"
    if models.open:
        raise AssertionError(f"guest {number} left {models.open} models open")
    return ended


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=1)
    arguments.add_argument("--first", type=int, default=0, help="the number of the first guest")
    arguments.add_argument("--count", type=int, default=0, help="so many guests, in this process")
    asked = arguments.parse_args()
    if asked.count:
        return _batch(asked.first, asked.count)
    ends = time.monotonic() + asked.minutes * 60
    first = asked.first
    while time.monotonic() < ends:
        batch = ["--first", str(first), "--count", str(BATCH)]
        command = [sys.executable, "-m", "tests.sandbox.fuzz_component", *batch]
        status = subprocess.run(command, check=False).returncode
        if status:
            print(f"a guest among {first} to {first + BATCH - 1} ended its process: {status}")  # noqa: T201
            return 1
        first += BATCH
    return 0


def _batch(first: int, count: int) -> int:
    sandbox = Sandbox()
    ended: dict[str, int] = {}
    for number in range(first, first + count):
        try:
            how = try_one(sandbox, number)
        except Exception as error:
            print(f"guest {number}: {type(error).__name__}: {error}")  # noqa: T201
            raise
        ended[how] = ended.get(how, 0) + 1
    print(f"guests {first} to {first + count - 1}: {ended}", flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
