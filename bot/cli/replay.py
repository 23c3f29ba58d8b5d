"""`review-bot replay`: makes a review again, the same one, or by other models and prompts."""

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
from bot.cli import differences, logs, output
from bot.cli.progress import watched
from bot.cli.run_journal import RunJournal
from bot.core.change import PullRef
from bot.core.errors import ModuleError, Refused
from bot.core.findings.comparison import digest
from bot.core.llm.engine import Engine
from bot.core.records import ExportedReview, ReviewRecord
from bot.core.review import Review
from bot.engine import Store, connect, database_file
from bot.models.routing import Router
from bot.models.token_counting import counter_for, size
from bot.review.ports import Journal, TokenLedger
from bot.review.produce.options import ReviewOptions
from bot.review.produce.replay import KeptLibrary, replay_review
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
    """A review that was made, and who knows the answers of others."""

    kept: ExportedReview
    journal: Journal
    ledger: TokenLedger


@app.command()
def replay(
    review: Annotated[
        str, typer.Argument(help="A record's number, OWNER/NAME#N for its latest, or a file of --export.")
    ],
    *,
    model: Annotated[ReplayModels | None, typer.Option(help="Ask this kind of model anew.")] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="Ask anew, with the prompt templates of this directory.")
    ] = None,
    diff_against: Annotated[
        bool, typer.Option("--diff-against", help="Show what differs from the review that was made.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the review, with all that it was made from, to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replays a stored review offline and checks that the output is identical.

    With --model or --prompts, models are asked anew what they were not asked before.
    """
    settings = load()
    logs.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    if export is not None:
        _write(export, asyncio.run(_exported(settings, review)))
    elif model is None and prompts is None:
        told = asyncio.run(_same(settings, review))
        _print(told) if as_json else differences.show_sameness(Console(), told)
        raise typer.Exit(0 if told["same"] else 1)
    else:
        told, shown = asyncio.run(_anew(settings, review, model, prompts))
        if as_json:
            _print(told)
        elif diff_against:
            differences.show(Console(), told)
        else:
            output.show(Console(), shown)


async def _exported(settings: Settings, review: str) -> str:
    async with _source(settings, review) as source:
        return source.kept.model_dump_json(indent=1)


def _write(file: Path, text: str) -> None:
    """Private to this user: it holds source code."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"--export {file}: {error.strerror}") from None
    sys.stderr.write(f"review-bot: {file} holds the review and the code that it is about\n")


async def _same(settings: Settings, review: str) -> dict[str, Any]:
    """Whether the function makes the same of the same."""
    function = review_function(settings, Sandbox(settings.cache_dir))
    async with _source(settings, review) as source:
        kept = source.kept
    modules = {"then": kept.transcript.module, "now": function.digest}
    stored = kept.record.review
    told = {
        "record": kept.record.id,
        "pull": str(kept.record.pull),
        "head": kept.record.head,
        "modules": modules,
    }
    model = kept.transcript.settings.model
    try:
        made = await replay_review(function, kept, counter_for(model.name) if model else size)
    except (ModuleError, Refused) as error:
        return {**told, "same": False, "sha256": digest(stored), "reason": str(error)}
    if digest(made) == digest(stored):
        return {**told, "same": True, "sha256": digest(stored)}
    return {**told, "same": False, "sha256": digest(stored), **differences.plain(stored, made)}


async def _anew(
    settings: Settings, review: str, model: ReplayModels | None, prompts: Path | None
) -> tuple[dict[str, Any], str]:
    """The review by other models or prompts, for programs, and as it would be posted."""
    async with _source(settings, review) as source:
        verdict = await _asked(settings, source, model, prompts)
    kept = source.kept
    report = make_report(kept.change, verdict, "")
    told = {
        "record": kept.record.id,
        "pull": str(kept.record.pull),
        "head": kept.record.head,
        "before": _side(kept.record.review, kept.record.model, kept.record.usage.model_dump()),
        "after": _side(verdict.review, verdict.model, verdict.tally.usage.model_dump())
        | {"requests": verdict.tally.asked, "reused": verdict.tally.reused},
        **differences.plain(kept.record.review, verdict.review),
    }
    return told, output.as_markdown(report)


def _side(review: Review, model: str | None, usage: dict[str, int]) -> dict[str, Any]:
    return {
        "sha256": digest(review),
        "model": model,
        "usage": usage,
        "review": review.model_dump(mode="json"),
    }


async def _asked(
    settings: Settings, source: StoredReview, model: ReplayModels | None, prompts: Path | None
) -> ReviewOutcome:
    kept = source.kept
    told = kept.transcript
    wanted = told.settings.model_copy(
        update={"model": None} | ({"templates": templates(prompts)} if prompts else {})
    )
    options = ReviewOptions(
        settings=wanted,
        model=model or "",
        limits=budget(settings),
        private=told.private,
        job=f"replay of {kept.record.id or 'a file'}",
    )
    sandbox = Sandbox(settings.cache_dir)
    async with engines(settings, sandbox) as models:
        _check(models, model)
        router = Router(models, private_local_only=settings.private_local_only)
        with watched(review_function(settings, sandbox)) as (asking, meter):
            reviewer = Reviewer(asking, router, source.journal, source.ledger, meter)
            library = KeptLibrary(told.places, told.exchanges)
            return await reviewer.review(kept.change, options, kept.record.pull, library)


def _check(models: tuple[Engine, ...], wanted: ReplayModels | None) -> None:
    """A review by another model than the one that was wanted would mislead."""
    kinds = {engine.kind for engine in models}
    if wanted is ReplayModels.NONE or (wanted in kinds if wanted else kinds):
        return
    settings = {
        ReplayModels.OPENAI: "OPENAI_API_KEY or OPENAI_BASE_URL",
        ReplayModels.LLAMA: "LLAMA_MODEL or LLAMA_SERVER_URL",
    }
    hint = settings[wanted] if wanted else " or ".join(settings.values())
    raise Refused(
        f"{f'--model {wanted}' if wanted else '--prompts'}: no such model is configured; set {hint}"
    )


@asynccontextmanager
async def _source(settings: Settings, review: str) -> AsyncIterator[StoredReview]:
    """The review that the user named. Raises `Refused`."""
    if not re.fullmatch(r"\d+|[^/\s]+/[^/\s]+#\d+", review):
        memory = RunJournal()
        yield StoredReview(_from_file(Path(review)), memory, memory.ledger)
        return
    file = database_file(settings.database)
    if file and not file.is_file():
        raise Refused(f"{review}: there is no database {file}; set DATABASE_URL to the server's")
    async with await connect(settings.database) as store:
        yield StoredReview(await _from_store(store, review), store.journal, store.ledger)


def _from_file(file: Path) -> ExportedReview:
    try:
        return ExportedReview.model_validate_json(file.read_bytes())
    except OSError as error:
        raise Refused(
            f"{file}: {error.strerror}; say a record's number, OWNER/NAME#N or a file of --export"
        ) from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise Refused(f"{file} is no file of --export: {where} {error.errors()[0]['msg']}") from None


async def _from_store(store: Store, review: str) -> ExportedReview:
    record = await _record(store, review)
    if record is None or record.id is None:
        raise Refused(f"there is no review {review} in the database")
    change = await store.records.change(record.id)
    transcript = await store.records.transcript(record.id)
    if change is None or transcript is None:
        raise Refused(
            f"review {record.id} cannot be made again: it is of a release that did not keep what it takes"
        )
    return ExportedReview(record=record, change=change, transcript=transcript)


async def _record(store: Store, review: str) -> ReviewRecord | None:
    repository, _, number = review.rpartition("#")
    if repository:
        return await store.records.latest(PullRef(repository=repository, number=int(number)))
    return await store.records.get(int(review))


def _print(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
