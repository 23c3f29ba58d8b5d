"""`review-bot replay`: replays a stored review, unchanged or with other models and prompts."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.app.engines import engines
from bot.app.function import review_function, templates
from bot.app.operator import budget
from bot.cli import differences, logs, output, terminal
from bot.cli.progress import watched
from bot.cli.run_journal import RunJournal
from bot.core.change import PullRef
from bot.core.errors import ModuleError, Refused
from bot.core.findings.comparison import digest
from bot.core.llm.engine import Engine
from bot.core.records import ExportedReview, ReviewRecord, Transcript
from bot.core.review import Review
from bot.engine import Store, connect, database_file
from bot.models.routing import Router
from bot.models.token_counting import counter_for, size
from bot.review.ports import Journal, TokenLedger
from bot.review.produce.lookups import Open
from bot.review.produce.options import ReviewOptions
from bot.review.produce.replay import KeptLibrary, KeptRepository, replay_review
from bot.review.produce.reviewer import Reviewer, ReviewOutcome, make_report
from bot.sandbox import Sandbox
from bot.settings import Settings, load

app = typer.Typer(add_completion=False)


class ReplayModels(StrEnum):
    """Which of the configured models to ask; NONE asks no model."""

    OPENAI = "openai"
    LLAMA = "llama"
    NONE = "none"


@dataclass(frozen=True)
class StoredReview:
    """A stored review, with the journal that holds the models' answers and the ledger for new ones."""

    kept: ExportedReview
    journal: Journal
    ledger: TokenLedger


@app.command()
def replay(
    review: Annotated[
        str,
        typer.Argument(
            help="Review number, OWNER/NAME#N for the latest review of a pull request, or a file written by "
            "--export."
        ),
    ],
    *,
    model: Annotated[ReplayModels | None, typer.Option(help="Review again with this kind of model.")] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="Review again with the prompt templates of this directory.")
    ] = None,
    diff_against: Annotated[
        bool, typer.Option("--diff-against", help="Show the differences from the stored review.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the review and all its inputs to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replays a stored review offline and checks that the output is identical.

    With --model or --prompts, reviews again instead: known answers are reused, new questions go to the model.
    Exits 1 if the output differs.
    """
    settings = load()
    logs.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    if export is not None:
        _write(export, asyncio.run(_exported(settings, review)))
    elif model is None and prompts is None:
        result = asyncio.run(_replay(settings, review))
        _print(result) if as_json else differences.show_sameness(Console(), result)
        raise typer.Exit(0 if result["same"] else 1)
    else:
        result, markdown = asyncio.run(_review_again(settings, review, model, prompts))
        if as_json:
            _print(result)
        elif diff_against:
            differences.show(Console(), result)
        else:
            terminal.show(Console(), markdown)


async def _exported(settings: Settings, review: str) -> str:
    async with _source(settings, review) as source:
        return source.kept.model_dump_json(indent=1)


def _write(file: Path, text: str) -> None:
    """Creates a file that only this user can read: it holds source code."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"--export {file}: {error.strerror}") from None
    sys.stderr.write(f"review-bot: {file} contains the review and the reviewed code; keep it private\n")


async def _replay(settings: Settings, review: str) -> dict[str, Any]:
    """Whether the function produces the stored review from the stored inputs."""
    function = review_function(settings, Sandbox(settings.cache_dir))
    async with _source(settings, review) as source:
        kept = source.kept
    modules = {"then": kept.transcript.module, "now": function.digest}
    stored = kept.record.review
    result = {
        "record": kept.record.id,
        "pull": str(kept.record.pull),
        "head": kept.record.head,
        "modules": modules,
    }
    model = kept.transcript.settings.model
    try:
        replayed = await replay_review(function, kept, counter_for(model.name) if model else size)
    except (ModuleError, Refused) as error:
        return {**result, "same": False, "sha256": digest(stored), "reason": str(error)}
    if digest(replayed) == digest(stored):
        return {**result, "same": True, "sha256": digest(stored)}
    return {**result, "same": False, "sha256": digest(stored), **differences.plain(stored, replayed)}


async def _review_again(
    settings: Settings, review: str, model: ReplayModels | None, prompts: Path | None
) -> tuple[dict[str, Any], str]:
    """The review with other models or prompts: as JSON values, and as the comment's Markdown."""
    async with _source(settings, review) as source:
        verdict = await _outcome(settings, source, model, prompts)
    kept = source.kept
    report = make_report(kept.change, verdict, "")
    result = {
        "record": kept.record.id,
        "pull": str(kept.record.pull),
        "head": kept.record.head,
        "before": _side(kept.record.review, kept.record.model, kept.record.usage.model_dump()),
        "after": _side(verdict.review, verdict.model, verdict.tally.usage.model_dump())
        | {"requests": verdict.tally.asked, "reused": verdict.tally.reused},
        **differences.plain(kept.record.review, verdict.review),
    }
    return result, output.as_markdown(report)


def _side(review: Review, model: str | None, usage: dict[str, int]) -> dict[str, Any]:
    return {
        "sha256": digest(review),
        "model": model,
        "usage": usage,
        "review": review.model_dump(mode="json"),
    }


async def _outcome(
    settings: Settings, source: StoredReview, model: ReplayModels | None, prompts: Path | None
) -> ReviewOutcome:
    kept = source.kept
    transcript = kept.transcript
    own_settings = transcript.settings.model_copy(
        update={"model": None} | ({"templates": templates(prompts)} if prompts else {})
    )
    options = ReviewOptions(
        settings=own_settings,
        model=model or "",
        limits=budget(settings),
        private=transcript.private,
        job=f"replay of {kept.record.id or 'a file'}",
    )
    sandbox = Sandbox(settings.cache_dir)
    async with engines(settings, sandbox) as models:
        _require_model(models, model)
        router = Router(models, private_local_only=settings.private_local_only)
        with watched(review_function(settings, sandbox)) as (function, metrics):
            reviewer = Reviewer(function, router, source.journal, source.ledger, metrics)
            library = KeptLibrary(transcript.places, transcript.exchanges)
            return await reviewer.review(
                kept.change, options, kept.record.pull, library, repository=_kept_repository(transcript)
            )


def _kept_repository(transcript: Transcript) -> Open | None:
    """Opens the stored answers to look-ups, if the review made any."""
    if not transcript.settings.features.lookups:
        return None

    async def opened() -> KeptRepository:
        return KeptRepository(transcript.exchanges)

    return opened


def _require_model(models: tuple[Engine, ...], kind: ReplayModels | None) -> None:
    """Raises `Refused` unless a model of that kind is configured: another model would mislead."""
    kinds = {engine.kind for engine in models}
    if kind is ReplayModels.NONE or (kind in kinds if kind else kinds):
        return
    settings = {
        ReplayModels.OPENAI: "OPENAI_API_KEY or OPENAI_BASE_URL",
        ReplayModels.LLAMA: "LLAMA_MODEL or LLAMA_SERVER_URL",
    }
    hint = settings[kind] if kind else " or ".join(settings.values())
    if kind:
        raise Refused(f"--model {kind}: no such model is configured; set {hint}")
    raise Refused(f"--prompts: no model is configured; set {hint}")


@asynccontextmanager
async def _source(settings: Settings, review: str) -> AsyncIterator[StoredReview]:
    """The review that the user named. Raises `Refused`."""
    if not re.fullmatch(r"\d+|[^/\s]+/[^/\s]+#\d+", review):
        memory = RunJournal()
        yield StoredReview(_from_file(Path(review)), memory, memory.ledger)
        return
    file = database_file(settings.database)
    if file and not file.is_file():
        raise Refused(f"{review}: the database {file} does not exist; set DATABASE_URL to the server's")
    async with await connect(settings.database) as store:
        yield StoredReview(await _from_store(store, review), store.journal, store.ledger)


def _from_file(file: Path) -> ExportedReview:
    try:
        return ExportedReview.model_validate_json(file.read_bytes())
    except OSError as error:
        raise Refused(
            f"{file}: {error.strerror}; specify a review number, OWNER/NAME#N, or a file written by --export"
        ) from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise Refused(f"{file} was not written by --export: {where} {error.errors()[0]['msg']}") from None


async def _from_store(store: Store, review: str) -> ExportedReview:
    record = await _record(store, review)
    if record is None or record.id is None:
        raise Refused(f"there is no review {review} in the database")
    change = await store.records.change(record.id)
    transcript = await store.records.transcript(record.id)
    if change is None or transcript is None:
        raise Refused(
            f"review {record.id} cannot be replayed: it was stored by a release that did not keep its inputs"
        )
    return ExportedReview(record=record, change=change, transcript=transcript)


async def _record(store: Store, review: str) -> ReviewRecord | None:
    repository, _, number = review.rpartition("#")
    if repository:
        return await store.records.latest(PullRef(repository=repository, number=int(number)))
    return await store.records.get(int(review))


def _print(result: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
