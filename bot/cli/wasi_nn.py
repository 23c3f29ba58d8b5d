"""`review-bot wasi-nn`: runs programs that ask local models through WASI-NN."""

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
    help="Runs WebAssembly programs that ask local models, as WasmEdge does.", add_completion=False
)

# What WasmEdge calls encoding and target, of which only one and any, respectively, are had here.
_PRELOAD = re.compile(r"(?P<name>[^:]+):(?i:ggml|autodetect):(?i:cpu|gpu|tpu|auto):(?P<path>.+)", re.DOTALL)


@app.callback()
def _group() -> None:
    """Keeps `run` a command of its own."""


@app.command(context_settings={"ignore_unknown_options": True})
def run(
    module: Annotated[Path, typer.Argument(help="A core module of WASI preview 1.", metavar="MODULE.wasm")],
    arguments: Annotated[
        list[str] | None, typer.Argument(help="The program's own; after -- in any form.", metavar="[ARGS]…")
    ] = None,
    *,
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="A model that the program may load: a GGUF file, or one that was pulled.",
            metavar="NAME=PATH",
        ),
    ] = None,
    nn_preload: Annotated[
        list[str] | None,
        typer.Option(help="The same, as WasmEdge has it.", metavar="NAME:GGML:AUTO:PATH"),
    ] = None,
    model_dir: Annotated[
        list[Path] | None, typer.Option(help="Where the program may load models from by their paths.")
    ] = None,
    deadline: Annotated[
        float, typer.Option(min=0.1, max=10_000_000, help="Seconds that it may take, models and all.")
    ] = 600,
    memory: Annotated[int, typer.Option(min=1, max=4096, help="Megabytes that it may take.")] = 1024,
    most_context: Annotated[
        int, typer.Option(min=256, max=10_000_000, help="Tokens of context that it may ask for.")
    ] = 32_768,
    env: Annotated[
        list[str] | None, typer.Option(help="A variable for the program.", metavar="NAME=VALUE")
    ] = None,
    dir_: Annotated[
        list[str] | None,
        typer.Option("--dir", help="A directory for the program; without, none.", metavar="[GUEST:]HOST"),
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Say why calls fail.")] = False,
) -> None:
    """Runs an unmodified program for WasmEdge's GGML plugin: LlamaEdge's and the like.

    It gets this command's input and output, no files, no network and no environment but what is named
    here. Its exit status is passed on.
    """
    logs.configure("debug" if verbose else "warning", "auto")
    told = {**_models(model or ()), **_preloads(nn_preload or ())}
    models = {name: resolve(path, load().models_dir) for name, path in told.items()}
    surroundings = ProgramEnvironment(
        arguments=[_utf8(argument) for argument in arguments or ()],
        variables=dict(_pair("--env", variable) for variable in env or ()),
        mounts=[_mount(directory) for directory in dir_ or ()],
        stdio=True,
    )
    allowed = ProgramLimits(seconds=deadline, memory=memory * MEGABYTE)
    status = run_program(
        module, models, surroundings, allowed, granted=model_dir or (), most_context=most_context
    )
    raise typer.Exit(status)


def _models(told: Iterable[str]) -> dict[str, Path]:
    return {name: Path(path) for name, path in (_pair("--model", one) for one in told)}


def _preloads(told: Iterable[str]) -> dict[str, Path]:
    found = {one: _PRELOAD.fullmatch(one) for one in told}
    models = {}
    for one, match in found.items():
        if match is None:
            raise Refused(f"--nn-preload {one}: say NAME:GGML:AUTO:PATH; other encodings are not had here")
        models[match["name"]] = Path(match["path"])
    return models


def _pair(option: str, told: str) -> tuple[str, str]:
    name, mark, value = _utf8(told).partition("=")
    if not name or not mark or (option == "--model" and not value):
        form = "NAME=PATH" if option == "--model" else "NAME=VALUE"
        raise Refused(f"{option} {told}: say {form}")
    return name, value


def _mount(told: str) -> Mount:
    """`GUEST:HOST` is WasmEdge's order."""
    guest, mark, host = _utf8(told).partition(":")
    path = Path(host if mark else guest)
    if not path.is_dir():
        raise Refused(f"--dir {told}: {path} is no directory")
    return Mount(path, guest)


def _utf8(told: str) -> str:
    """Programs of WASI know no other text."""
    try:
        told.encode()
    except UnicodeEncodeError:
        raise Refused(f"{told!r} is not UTF-8") from None
    return told
