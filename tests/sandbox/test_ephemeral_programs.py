"""Programs from start to exit: what they are given, and what becomes of those that misbehave."""

import threading
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from bot.core.errors import ModuleError
from bot.sandbox.components.guest_limits import MiB
from bot.sandbox.ephemeral import Mount, Program, ProgramEnvironment, ProgramLimits
from tests.sandbox import ephemeral_programs as programs
from tests.sandbox.ephemeral_guest import ToyGeneration, ToyGraph, Toys, imported
from tests.sandbox.guests import SANDBOX

ALLOWED = ProgramLimits(seconds=30, memory=16 * MiB)


def _run(
    source: bytes,
    surroundings: ProgramEnvironment | None = None,
    allowed: ProgramLimits = ALLOWED,
    toys: Toys | None = None,
    said: list[bytes] | None = None,
) -> int:
    shown = [] if said is None else said
    program = Program(SANDBOX, source, "app.wasm")
    return program.run(toys or Toys(), surroundings or ProgramEnvironment(), allowed, shown.append)


def _refusal(source: bytes, allowed: ProgramLimits = ALLOWED, toys: Toys | None = None) -> ModuleError:
    with pytest.raises(ModuleError) as caught:
        _run(source, allowed=allowed, toys=toys)
    return caught.value


def test_a_program_asks_and_exits() -> None:
    toys, said = Toys(), list[bytes]()
    assert (
        _run(programs.ASK, ProgramEnvironment(arguments=["default", "What is Rust?"]), toys=toys, said=said)
        == 0
    )
    assert toys.opened[0].asked[0][0] == "What is Rust?"
    assert b"".join(said) == b"It rusts.<|im_end|>"  # what it streamed
    assert toys.opened[0].closed


def test_an_exit_status_is_passed_on() -> None:
    assert _run(programs.EXIT_7) == 7
    assert _run(programs.ASK, ProgramEnvironment(arguments=["unknown", "?"])) == 8


def test_a_program_gets_what_it_is_given_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _run(programs.COUNT_ARGUMENTS) == 1  # its name
    assert _run(programs.COUNT_ARGUMENTS, ProgramEnvironment(arguments=["a", "b c"])) == 3
    assert _run(programs.COUNT_VARIABLES) == 0
    assert _run(programs.COUNT_VARIABLES, ProgramEnvironment(variables={"A": "1", "B": ""})) == 2
    assert _run(programs.OPEN_FILE) != 0
    assert _run(programs.OPEN_FILE, ProgramEnvironment(mounts=[Mount(tmp_path, "/there")])) == 0
    with pytest.raises(ModuleError, match="nowhere cannot be opened"):
        _run(programs.OPEN_FILE, ProgramEnvironment(mounts=[Mount(tmp_path / "nowhere", "/")]))


def test_one_that_reads_for_ever_at_the_end_of_its_input_is_ended() -> None:
    refusal = _refusal(programs.READ_FOR_EVER, ProgramLimits(seconds=0.3))
    assert refusal.kind == "timeout"
    assert "not done after 0.3 s" in str(refusal)


@pytest.mark.parametrize("function", ["open", "tokenize", "generate"])
def test_one_whose_model_does_not_answer_is_ended_too(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of WebAssembly stands still meanwhile."""
    monkeypatch.setattr("bot.sandbox.ephemeral.program.GRACE", 0.1)
    done = threading.Event()
    owner: type = Toys if function == "open" else ToyGraph
    after: Any = getattr(owner, function)

    def late(*arguments: object) -> Any:
        done.wait(60)
        return after(*arguments)

    monkeypatch.setattr(owner, function, late)
    try:
        with pytest.raises(ModuleError, match=r"not done after 0\.3 s"):
            _run(programs.ASK, ProgramEnvironment(arguments=["default", "?"]), ProgramLimits(seconds=0.3))
    finally:
        done.set()


def test_memory_is_bounded() -> None:
    assert _run(programs.GROW) == 0  # refused
    assert _run(programs.GROW, allowed=ProgramLimits(seconds=30, memory=32 * MiB)) == 1
    assert _refusal(programs.GROW, ProgramLimits(seconds=30, memory=MiB // 2)).kind == "invalid"


@pytest.mark.parametrize(("source", "kind"), [(programs.TRAP, "trap"), (programs.RECURSE, "stack")])
def test_one_that_breaks_is_told_from_one_that_exits(source: bytes, kind: str) -> None:
    assert _refusal(source).kind == kind


def test_how_it_broke_is_said_in_a_line() -> None:
    assert str(_refusal(programs.TRAP)).endswith("trapped: wasm `unreachable` instruction executed")
    beyond = programs.program("(drop (i32.load (i32.const -1)))")
    assert str(_refusal(beyond)).endswith("trapped: out of bounds memory access")
    assert "\n" not in str(_refusal(programs.GROW, ProgramLimits(seconds=30, memory=MiB // 2)))


def test_models_are_given_up_whatever_happens() -> None:
    class Broken(ToyGraph):
        def generate(self, prompt: object, options: object, deadline: object) -> ToyGeneration:
            raise ZeroDivisionError("a bug")

    toys = Toys(default=Broken())
    with pytest.raises(ZeroDivisionError, match="a bug"):
        _run(programs.ASK, ProgramEnvironment(arguments=["default", "?"]), toys=toys)
    assert toys.opened[0].closed


def test_sockets_of_wasmedge_are_named() -> None:
    refusal = _refusal(programs.SERVE)
    assert refusal.kind == "imports"
    assert "WasmEdge sockets (sock_accept, sock_open, sock_setsockopt)" in str(refusal)
    assert "llama-api-server" in str(refusal)


def test_what_there_is_not_is_named() -> None:
    text = '(module (import "wasi_ephemeral_nn" "train" (func)) (import "env" "f" (func)))'
    refusal = _refusal(bytes(wasmtime.wat2wasm(text)))
    assert "imports wasi_ephemeral_nn.train, env.f: only" in str(refusal)
    text = '(module (import "wasi_ephemeral_nn" "compute" (func)) (func (export "_start")))'
    assert "compute" in str(_refusal(bytes(wasmtime.wat2wasm(text))))


def test_what_is_no_program_is_refused() -> None:
    assert _refusal(b"no module").kind == "load"
    assert _refusal(bytes(wasmtime.wat2wasm("(component)"))).kind == "load"
    assert "a function `_start`" in str(_refusal(bytes(wasmtime.wat2wasm("(module)"))))
    with pytest.raises(ModuleError, match="cannot be read"):
        Program(SANDBOX, Path("/nowhere/app.wasm"), "app.wasm")


def test_a_program_that_shows_no_memory_is_told_so() -> None:
    text = f'(module {imported()} (func (export "_start") (drop (call $compute (i32.const 0)))))'
    assert "does not export a memory" in str(_refusal(bytes(wasmtime.wat2wasm(text))))
