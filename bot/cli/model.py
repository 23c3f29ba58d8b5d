"""`review-bot model`: downloads, lists, verifies and removes GGUF models."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.download_progress import DownloadProgress, watched
from bot.core.errors import Refused
from bot.core.llm.qualification import Qualification
from bot.models import available_memory
from bot.models.gguf_store import ModelStore
from bot.models.gguf_store.entry import StoredModel
from bot.models.gguf_store.fetch import shown
from bot.models.gguf_store.fit import SUGGESTIONS, needed, suggested
from bot.models.gguf_store.pull import PullOptions, pull
from bot.models.gguf_store.source import read_source
from bot.settings import load

app = typer.Typer(
    help="Downloads, lists, verifies and removes GGUF models for LLAMA_MODEL.", add_completion=False
)

Directory = Annotated[
    Path | None, typer.Option("--dir", help="Model directory (overrides MODELS_DIR).", file_okay=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WIDE = 2000  # columns when the output is not a terminal: one line per model


@app.command("pull")
def pull_model(
    source: Annotated[
        str,
        typer.Argument(
            help="ORG/REPO or ORG/REPO:FILE.gguf on the Hugging Face Hub, a URL, or a local file."
        ),
    ],
    *,
    name: Annotated[
        str | None, typer.Option(help="Name to store the model under. Default: its file name.")
    ] = None,
    file: Annotated[
        str | None, typer.Option(help="File of the repository: a name, a pattern, or a quantisation.")
    ] = None,
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit of the repository.")] = None,
    sha256: Annotated[str | None, typer.Option(help="Expected SHA-256 of the file.")] = None,
    directory: Directory = None,
) -> None:
    """Downloads a model, or resumes its download, and verifies it."""
    model_store = _model_store(directory)
    pull_options = PullOptions(name=name, revision=revision, sha256=sha256)
    with watched() as progress:
        entry, is_new = pull(model_store, read_source(source, file), pull_options, progress)
    _show_pulled(model_store, entry, is_new=is_new)


@app.command("list")
def list_models(*, directory: Directory = None, as_json: Json = False) -> None:
    """Lists the stored models and whether they fit this machine's memory."""
    model_store, context = _model_store(directory), load().llama_context
    if as_json:
        _print([_plain(model_store, entry, context) for entry in model_store.models()])
    else:
        _show_all(model_store, context)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="Model name. Default: all models.")] = None,
    *,
    directory: Directory = None,
) -> None:
    """Verifies the SHA-256 of the models' files. Exits 1 if a file has changed."""
    model_store = _model_store(directory)
    entries = [model_store.get(name)] if name else model_store.models()
    errors = {entry.name: _verify(model_store, entry) for entry in entries}
    for each, messages in errors.items():
        _say("\n".join(messages) or f"{each}: OK")
    if any(errors.values()):
        _say("Remove each damaged model with `review-bot model remove`, then pull it again.")
        raise typer.Exit(1)
    if not errors:
        _say("there are no models")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="Model name.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without confirmation.")] = False,
    directory: Directory = None,
) -> None:
    """Removes a model's files."""
    model_store = _model_store(directory)
    entry = model_store.get(name)
    if not yes and not sys.stdin.isatty():
        raise Refused(f"cannot ask for confirmation without a terminal: use --yes to remove {name}")
    if not yes and not typer.confirm(f"Remove {name} ({shown(entry.size)})?"):
        raise typer.Exit(1)
    model_store.remove(name)
    _say(f"{name} was removed")


@app.command()
def recommend(*, as_json: Json = False) -> None:
    """Suggests models for different amounts of memory."""
    available = available_memory.whole()
    if as_json:
        _print([vars(suggestion) for suggestion in SUGGESTIONS])
        return
    best = suggested(available)
    table = Table("memory", "model", "file", "licence", "notes", "command", box=None)
    for suggestion in SUGGESTIONS:
        mark = "→ " if suggestion is best else "  "
        memory, size = f"{mark}{suggestion.memory} GB", f"{suggestion.size} GB"
        command = f"review-bot model pull {suggestion.source}"
        table.add_row(memory, suggestion.model, size, suggestion.licence, suggestion.words, command)
    _console().print(table)
    _say(
        "\nA rough guide, not measured on this machine. Memory is RAM or GPU memory; this machine has "
        f"{shown(available)} of RAM.\n"
        "Read a model's licence before you use it, and compare models with `review-bot eval`."
    )


def _model_store(directory: Path | None) -> ModelStore:
    return ModelStore(directory or load().models_dir)


def _show_pulled(model_store: ModelStore, entry: StoredModel, *, is_new: bool) -> None:
    """Prints what was downloaded, whether it fits, and the setting to use it."""
    context, available = load().llama_context, available_memory.whole()
    _say(f"{entry.name} {'was downloaded' if is_new else 'is already stored'}: {_describe(entry)}")
    if not entry.checked:
        digests = ", ".join(file.sha256 for file in entry.files)
        _say(f"Not verified: the source states no SHA-256. The SHA-256 is {digests}")
    if not entry.facts.template:
        _say("The model has no chat template: it is a base model without chat training, or an old file.")
    if needed(entry, context) > available:
        _say(
            f"The model needs about {shown(needed(entry, context))} with LLAMA_CONTEXT={context}; this "
            f"machine has {shown(available)} of RAM. `review-bot model recommend` lists smaller models."
        )
    default = model_store.directory == ModelStore(load().models_dir).directory
    _say(f"LLAMA_MODEL={entry.name if default else model_store.path(entry)}")


def _describe(entry: StoredModel) -> str:
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


def _verify(model_store: ModelStore, entry: StoredModel) -> list[str]:
    with watched() as progress:
        return model_store.verify(entry, _byte_counter(progress, entry))


def _byte_counter(progress: DownloadProgress, entry: StoredModel) -> Any:
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress.at(entry.name, done, entry.size)

    return count


def _plain(model_store: ModelStore, entry: StoredModel, context: int) -> dict[str, Any]:
    return {
        **entry.model_dump(mode="json"),
        "path": str(model_store.path(entry)),
        "size": entry.size,
        "needs": needed(entry, context),
        "fits": needed(entry, context) <= available_memory.whole(),
        "control_questions": result.score if (result := _qualification(model_store, entry)) else None,
    }


def _show_all(model_store: ModelStore, context: int) -> None:
    columns = ("name", "size", "quantisation", "parameters", "context", "licence", "fits here", "reviews")
    table = Table(*columns, box=None)
    available, entries = available_memory.whole(), model_store.models()
    for entry in entries:
        facts = entry.facts
        need = needed(entry, context)
        fits = "yes" if need <= available else f"no: needs about {shown(need)}"
        texts = (facts.quantisation or "", _counted(facts.parameters), str(facts.context or ""))
        reviews = _reviews(_qualification(model_store, entry))
        shown_texts = (entry.name, shown(entry.size), *texts, entry.licence or "unknown", fits, reviews)
        table.add_row(*map(escape, shown_texts))
    _console().print(table if entries else "there are no models; `review-bot model recommend` suggests some")


def _qualification(model_store: ModelStore, entry: StoredModel) -> Qualification | None:
    """The result of the control questions, if the model was used or examined on this machine."""
    from bot.app.qualification import qualifications  # noqa: PLC0415 - `--help` needs none of it
    from bot.models.qualification.version import file_version  # noqa: PLC0415

    path = model_store.path(entry)
    return qualifications(load()).read(path.stem, file_version(path))


def _reviews(result: Qualification | None) -> str:
    if result is None:
        return "not tried yet"
    verdict = "yes" if result.passed else "no, rules only"
    return f"{verdict} ({result.score} control questions)"


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
