"""`review-bot wasi-nn run`: a program, its models and what else it is given, from the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.gguf_models import make_model
from tests.sandbox import ephemeral_programs as programs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


def _app(source: bytes) -> str:
    Path("app.wasm").write_bytes(source)
    return "app.wasm"


def _start(*words: object) -> subprocess.Popen[bytes]:
    """The command in a process of its own: programs write past Python."""
    command = [sys.executable, "-m", "bot.cli", "wasi-nn", "run", *map(str, words)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def _ran(*words: object) -> tuple[int, bytes, str]:
    with _start(*words) as running:
        out, err = running.communicate(timeout=120)
    return running.returncode, out, err.decode()


@pytest.mark.parametrize("option", ["--model=default={}", "--nn-preload=default:GGML:Cpu:{}"])
def test_a_program_asks_a_model_that_the_command_names(option: str, tiny: Path) -> None:
    status, out, err = _ran(_app(programs.ASK), option.format(tiny), "default", "the inner")
    assert (status, err) == (0, "")
    half = len(out) // 2
    assert out
    assert out[:half] == out[half:]  # streamed by the model, then said by the program


def test_a_model_that_is_not_there_is_the_programs_trouble(run: Run, tiny: Path) -> None:
    app = _app(programs.ASK)
    assert run("wasi-nn", "run", "--model", f"default={tiny}", app, "other", "?").status == 8
    status, _, err = _ran("--verbose", "--model", "gone=gone.gguf", app, "gone", "?")
    assert status == 103
    assert "gone.gguf: No such file" in err


def test_options_that_are_the_programs_own_are_passed_on(run: Run, tiny: Path) -> None:
    app = _app(programs.COUNT_ARGUMENTS)
    assert run("wasi-nn", "run", app, "--prompt", "a b", "--model", f"x={tiny}", "-q").status == 4
    assert run("wasi-nn", "run", app, "--", "--model", "x").status == 3


def test_variables_and_directories_are_those_that_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "file").touch()
    assert run("wasi-nn", "run", _app(programs.COUNT_VARIABLES)).status == 0
    assert run("wasi-nn", "run", "--env", "A=1", "--env", "B=", _app(programs.COUNT_VARIABLES)).status == 2
    app = _app(programs.OPEN_FILE)
    assert run("wasi-nn", "run", app).status != 0
    assert run("wasi-nn", "run", "--dir", "room", app).status == 0
    assert run("wasi-nn", "run", "--dir", f"/there:{tmp_path / 'room'}", app).status == 0


def test_the_end_of_the_input_ends_no_program_but_the_deadline_does() -> None:
    status, _, err = _ran("--deadline", 0.5, _app(programs.READ_FOR_EVER))
    assert status == 1
    assert err.startswith("review-bot: module app.wasm: not done after 0.5 s")
    assert err.count("\n") == 1


def test_the_deadline_also_ends_a_program_that_waits_for_input() -> None:
    with _start("--deadline", 0.5, _app(programs.READ_FOR_EVER)) as running:
        assert running.wait(timeout=120) == 1  # its input is open all the time
        assert running.stderr
        assert b"not done after 0.5 s" in running.stderr.read()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model", "default", "app.wasm"], "--model default: use NAME=PATH"),
        (["--model", "default=", "app.wasm"], "use NAME=PATH"),
        (["--nn-preload", "default:onnx:auto:x", "app.wasm"], "use NAME:GGML:AUTO:PATH"),
        (["--env", "A", "app.wasm"], "--env A: use NAME=VALUE"),
        (["--dir", "nowhere", "app.wasm"], "nowhere is not a directory"),
        (["nowhere.wasm"], "module nowhere.wasm: cannot be read: No such file"),
        (["app.wasm"], "WasmEdge sockets (sock_accept, sock_open, sock_setsockopt)"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(run: Run, words: list[str], message: str) -> None:
    _app(programs.SERVE)
    ran = run("wasi-nn", "run", *words)
    assert ran.status == 1
    assert message in ran.err
    assert ran.err.count("\n") == 1
