"""`review-bot model`: GGUF models are pulled, listed, checked and removed."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.download_progress import DownloadProgress, watched
from bot.core.errors import Refused
from bot.models import available_memory
from bot.models.gguf_store import ModelStore
from bot.models.gguf_store.entry import StoredModel
from bot.models.gguf_store.fetch import shown
from bot.models.gguf_store.fit import SUGGESTIONS, needed, suggested
from bot.models.gguf_store.pull import PullOptions, pull
from bot.models.gguf_store.source import read_source
from bot.settings import load

app = typer.Typer(
    help="Pulls GGUF models for LLAMA_MODEL; lists, checks and removes them.", add_completion=False
)

Directory = Annotated[
    Path | None, typer.Option("--dir", help="Where models are kept, instead of MODELS_DIR.", file_okay=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WIDE = 2000  # columns where nobody looks at a terminal: one line a model


@app.command("pull")
def pull_model(
    source: Annotated[
        str, typer.Argument(help="org/repo or org/repo:file.gguf of the Hugging Face hub, a URL, or a file.")
    ],
    *,
    name: Annotated[str | None, typer.Option(help="Name to keep it under; its file's, if left out.")] = None,
    file: Annotated[
        str | None, typer.Option(help="Which of a repository's files: a name, a pattern, or a quantisation.")
    ] = None,
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit of the repository.")] = None,
    sha256: Annotated[str | None, typer.Option(help="What the file's SHA-256 must be.")] = None,
    directory: Directory = None,
) -> None:
    """Fetches a model, goes on where an earlier try ended, and checks it."""
    model_store = _model_store(directory)
    pull_options = PullOptions(name=name, revision=revision, sha256=sha256)
    with watched() as progress:
        entry, is_new = pull(model_store, read_source(source, file), pull_options, progress)
    _tell(model_store, entry, is_new=is_new)


@app.command("list")
def list_models(*, directory: Directory = None, as_json: Json = False) -> None:
    """Lists the models that are here, and whether they fit this machine's memory."""
    model_store, context = _model_store(directory), load().llama_context
    if as_json:
        _print([_plain(model_store, entry, context) for entry in model_store.models()])
    else:
        _show_all(model_store.models(), context)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="The model; all of them, if left out.")] = None,
    *,
    directory: Directory = None,
) -> None:
    """Reads the files again and compares their SHA-256. Exits 1 where one is not as it was."""
    model_store = _model_store(directory)
    entries = [model_store.get(name)] if name else model_store.models()
    troubles = {entry.name: _verified(model_store, entry) for entry in entries}
    for each, wrong in troubles.items():
        _say("\n".join(wrong) or f"{each}: all is well")
    if any(troubles.values()):
        _say("Remove what is not as it was, and pull it anew.")
        raise typer.Exit(1)
    if not troubles:
        _say("there are no models")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="The model.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    directory: Directory = None,
) -> None:
    """Removes a model's files."""
    model_store = _model_store(directory)
    entry = model_store.get(name)
    if not yes and not sys.stdin.isatty():
        raise Refused(f"nobody can be asked whether to remove {name}: say --yes")
    if not yes and not typer.confirm(f"Remove {name} ({shown(entry.size)})?"):
        raise typer.Exit(1)
    model_store.remove(name)
    _say(f"{name} is removed")


@app.command()
def recommend(*, as_json: Json = False) -> None:
    """Shows models by the memory that they need. For orientation; they were not measured here."""
    available = available_memory.whole()
    if as_json:
        _print([vars(one) for one in SUGGESTIONS])
        return
    best = suggested(available)
    table = Table("memory", "model", "file", "licence", "words", "to pull it", box=None)
    for one in SUGGESTIONS:
        mark = "→ " if one is best else "  "
        command = f"review-bot model pull {one.source}"
        table.add_row(f"{mark}{one.memory} GB", one.model, f"{one.size} GB", one.licence, one.words, command)
    _console().print(table)
    _say(
        "\nFor orientation; not measured here. Memory is RAM, or a GPU's; this machine has "
        f"{shown(available)} of RAM.\n"
        "Read a model's licence before you use it, and compare models by `review-bot eval`."
    )


def _model_store(directory: Path | None) -> ModelStore:
    return ModelStore(directory or load().models_dir)


def _tell(model_store: ModelStore, entry: StoredModel, *, is_new: bool) -> None:
    """What came, whether it fits, and what to set."""
    context, available = load().llama_context, available_memory.whole()
    _say(f"{entry.name} is {'here' if is_new else 'here already'}: {_described(entry)}")
    if not entry.checked:
        _say(f"Nobody stated its SHA-256, which is {', '.join(file.sha256 for file in entry.files)}")
    if not entry.facts.template:
        _say("It has no chat template: it is no model that was taught to answer, or an old file.")
    if needed(entry, context) > available:
        _say(
            f"It needs about {shown(needed(entry, context))} with LLAMA_CONTEXT={context}; this machine has "
            f"{shown(available)} of RAM. `review-bot model recommend` shows smaller ones."
        )
    default = model_store.directory == ModelStore(load().models_dir).directory
    _say(f"LLAMA_MODEL={entry.name if default else model_store.path(entry)}")


def _described(entry: StoredModel) -> str:
    facts = entry.facts
    parts = (
        shown(entry.size),
        facts.architecture,
        facts.quantisation,
        f"{_counted(facts.parameters)} parameters",
        f"context {facts.context}" if facts.context else None,
        f"licence {entry.licence or 'unknown'}",
    )
    return ", ".join(filter(None, parts))


def _verified(model_store: ModelStore, entry: StoredModel) -> list[str]:
    with watched() as progress:
        return model_store.verify(entry, _counting(progress, entry))


def _counting(progress: DownloadProgress, entry: StoredModel) -> Any:
    done = 0

    def seen(more: int) -> None:
        nonlocal done
        done += more
        progress.at(entry.name, done, entry.size)

    return seen


def _plain(model_store: ModelStore, entry: StoredModel, context: int) -> dict[str, Any]:
    return {
        **entry.model_dump(mode="json"),
        "path": str(model_store.path(entry)),
        "size": entry.size,
        "needs": needed(entry, context),
        "fits": needed(entry, context) <= available_memory.whole(),
    }


def _show_all(entries: Sequence[StoredModel], context: int) -> None:
    table = Table("name", "size", "quantisation", "parameters", "context", "licence", "fits here", box=None)
    available = available_memory.whole()
    for entry in entries:
        facts = entry.facts
        need = needed(entry, context)
        fits = "yes" if need <= available else f"no: needs about {shown(need)}"
        texts = (facts.quantisation or "", _counted(facts.parameters), str(facts.context or ""))
        table.add_row(*map(escape, (entry.name, shown(entry.size), *texts, entry.licence or "unknown", fits)))
    _console().print(table if entries else "there are no models; `review-bot model recommend` shows some")


def _counted(parameters: int) -> str:
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if parameters >= size:
            return f"{parameters / size:.1f} {unit}"
    return str(parameters)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDE)


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
