"""`review-bot wasi-nn`: runs programs that use local models through WASI-NN."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from bot.app.wasi_nn import run_program
from bot.cli import logs
from bot.core.errors import Refused
from bot.models.gguf_store import resolve
from bot.sandbox.ephemeral import Mount, ProgramEnvironment, ProgramLimits
from bot.settings import load

MEGABYTE = 1 << 20

app = typer.Typer(
    help="Runs WebAssembly programs that use local models through WASI-NN.", add_completion=False
)

# Encoding and target in WasmEdge's terms: only GGML is supported, and any target is accepted.
_PRELOAD = re.compile(r"(?P<name>[^:]+):(?i:ggml|autodetect):(?i:cpu|gpu|tpu|auto):(?P<path>.+)", re.DOTALL)


@app.callback()
def _group() -> None:
    """Keeps `run` as a subcommand."""


@app.command(context_settings={"ignore_unknown_options": True})
def run(
    module: Annotated[Path, typer.Argument(help="A WASI preview 1 core module.", metavar="MODULE.wasm")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="Arguments for the program; everything after -- is passed on.", metavar="ARGS"),
    ] = None,
    *,
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="Model that the program may load: a GGUF file, or the name of a pulled model.",
            metavar="NAME=PATH",
        ),
    ] = None,
    nn_preload: Annotated[
        list[str] | None,
        typer.Option(help="The same in WasmEdge's syntax.", metavar="NAME:GGML:AUTO:PATH"),
    ] = None,
    model_dir: Annotated[
        list[Path] | None, typer.Option(help="Directory from which the program may load models by path.")
    ] = None,
    deadline: Annotated[
        float,
        typer.Option(min=0.1, max=10_000_000, help="Time limit in seconds, including the models' work."),
    ] = 600,
    memory: Annotated[int, typer.Option(min=1, max=4096, help="Memory limit in megabytes.")] = 1024,
    most_context: Annotated[
        int,
        typer.Option(min=256, max=10_000_000, help="Largest context, in tokens, that the program may use."),
    ] = 32_768,
    env: Annotated[
        list[str] | None, typer.Option(help="Environment variable for the program.", metavar="NAME=VALUE")
    ] = None,
    dir_: Annotated[
        list[str] | None,
        typer.Option("--dir", help="Directory that the program may access.", metavar="[GUEST:]HOST"),
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Log why calls fail.")] = False,
) -> None:
    """Runs an unmodified program for WasmEdge's GGML plugin, such as those of LlamaEdge.

    The program uses this command's standard input and output. It has no files, network or environment
    except those given here. The command exits with the program's status.
    """
    logs.configure("debug" if verbose else "warning", "auto")
    paths = {**_models(model or ()), **_preloads(nn_preload or ())}
    models = {name: resolve(path, load().models_dir) for name, path in paths.items()}
    environment = ProgramEnvironment(
        arguments=[_utf8(argument) for argument in arguments or ()],
        variables=dict(_pair("--env", variable) for variable in env or ()),
        mounts=[_mount(directory) for directory in dir_ or ()],
        stdio=True,
    )
    limits = ProgramLimits(seconds=deadline, memory=memory * MEGABYTE)
    status = run_program(
        module, models, environment, limits, granted=model_dir or (), most_context=most_context
    )
    raise typer.Exit(status)


def _models(values: Iterable[str]) -> dict[str, Path]:
    return {name: Path(path) for name, path in (_pair("--model", value) for value in values)}


def _preloads(values: Iterable[str]) -> dict[str, Path]:
    models = {}
    for value, match in {value: _PRELOAD.fullmatch(value) for value in values}.items():
        if match is None:
            raise Refused(f"--nn-preload {value}: use NAME:GGML:AUTO:PATH; GGML is the only encoding")
        models[match["name"]] = Path(match["path"])
    return models


def _pair(option: str, text: str) -> tuple[str, str]:
    name, mark, value = _utf8(text).partition("=")
    if not name or not mark or (option == "--model" and not value):
        form = "NAME=PATH" if option == "--model" else "NAME=VALUE"
        raise Refused(f"{option} {text}: use {form}")
    return name, value


def _mount(text: str) -> Mount:
    """Reads `GUEST:HOST`, which is WasmEdge's order."""
    guest, mark, host = _utf8(text).partition(":")
    path = Path(host if mark else guest)
    if not path.is_dir():
        raise Refused(f"--dir {text}: {path} is not a directory")
    return Mount(path, guest)


def _utf8(text: str) -> str:
    """Checks the encoding: WASI programs accept only UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(f"{text!r} is not UTF-8") from None
    return text
