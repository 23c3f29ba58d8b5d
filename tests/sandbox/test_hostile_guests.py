"""Whatever a guest does, its call ends in a named error, and the next call works."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core.errors import ModuleError
from bot.sandbox import Sandbox
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.sandbox import Module
from tests.sandbox.guests import ECHO, ROOT, TEXT, guest

SHORT = GuestLimits(seconds=0.2, memory=16 * MiB, values=10_000)


def run(code: str) -> str:
    return f'(func (export "run") (param i32 i32) (result i32) {code})'


def answer(pointer: int, length: int) -> str:
    """Answers with the text at an address."""
    store = f"(i32.store (i32.const 8) (i32.const {pointer})) (i32.store (i32.const 12) (i32.const {length}))"
    return run(f"{store} i32.const 8")


LOOP = "(loop $again (br $again)) unreachable"
GROW = """
  (loop $again (br_if $again (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))
  unreachable
"""
RECURSE = """
  (func $deeper (param i32) (result i32)
    (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
  (func (export "run") (param i32 i32) (result i32) (call $deeper (i32.const 0)))
"""

HOSTILE = {
    "endless loop": (guest(run(LOOP)), "timeout", "not done after 0.2 s"),
    "endless start": (guest(f"(func $start {LOOP}) (start $start) {ECHO}"), "timeout", "not done"),
    "memory from the start": (guest(ECHO, pages=1024), "memory", "16 MiB"),
    "memory bomb": (guest(run(GROW)), "trap", "memory limit of 16 MiB was too low"),
    "deep recursion": (guest(RECURSE), "stack", "exceeded the call stack"),
    "panic": (guest(run("unreachable")), "trap", "panic"),
    "division by zero": (guest(run("(i32.div_u (i32.const 1) (i32.const 0))")), "trap", "divide by zero"),
    "wild access": (guest(run("(i32.load (i32.const -4))")), "trap", "out of bounds memory access"),
    "answer beyond memory": (guest(answer(0, 1 << 30)), "invalid", "out of bounds"),
    "answer at an odd address": (guest(run("i32.const 9")), "invalid", "aligned"),
    "answer that is no text": (guest('(data (i32.const 16) "\\ff\\fe")' + answer(16, 2)), "invalid", "utf-8"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_guest_ends_in_a_named_error_and_harms_nobody(
    name: str, sandbox: Sandbox, echo: Module
) -> None:
    component, kind, words = HOSTILE[name]
    module = sandbox.load(component, "hostile", TEXT)

    with pytest.raises(ModuleError) as caught:
        module.call("run", ("hello",), SHORT)

    assert (kind, "hostile") == (caught.value.kind, caught.value.module)
    assert words in str(caught.value)
    assert echo.call("run", ("still here",), SHORT) == "still here"


def test_four_threads_of_hostile_and_honest_guests_do_not_disturb_one_another(
    sandbox: Sandbox, echo: Module
) -> None:
    modules = {name: sandbox.load(component, name, TEXT) for name, (component, _, _) in HOSTILE.items()}

    def attack(name: str) -> str:
        try:
            modules[name].call("run", ("x",), SHORT)
        except ModuleError as error:
            return error.kind
        return "none"

    def honest(number: int) -> bool:
        return bool(echo.call("run", (f"text {number}",), SHORT) == f"text {number}")

    with ThreadPoolExecutor(4) as threads:
        attacks = [threads.submit(attack, name) for name in HOSTILE]
        honests = [threads.submit(honest, number) for number in range(200)]

    assert [attack.result() for attack in attacks] == [kind for _, kind, _ in HOSTILE.values()]
    assert all(honest.result() for honest in honests)


TAKEN_OVER = """
import faulthandler, sys
from bot.core.errors import ModuleError
from tests.sandbox.guests import SANDBOX, TEXT
from tests.sandbox.test_hostile_guests import HOSTILE, SHORT

faulthandler.enable()  # takes the signals that WebAssembly engines like to use
for name, (component, kind, _) in HOSTILE.items():
    try:
        SANDBOX.load(component, name, TEXT).call("run", ("x",), SHORT)
    except ModuleError as error:
        assert error.kind == kind, error
print("alive")
"""


def test_the_process_lives_on_whoever_handles_its_signals() -> None:
    done = subprocess.run([sys.executable, "-c", TAKEN_OVER], capture_output=True, cwd=ROOT, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"alive\n", b"")
