"""`review-bot eval` and `review-bot dataset`: measure the quality of reviews."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.app.engines import engines
from bot.app.function import review_function, review_settings
from bot.app.operator import budget
from bot.cli import logs
from bot.cli.run_journal import RunJournal
from bot.core.change import Change
from bot.core.errors import EngineFailure, Refused
from bot.core.evaluation.dataset import Case, read_dataset
from bot.core.evaluation.judging import question, read_verdict
from bot.core.evaluation.martian import read_benchmark
from bot.core.evaluation.matching import FindingMatch, match
from bot.core.evaluation.scores import Judged, Score, by, score
from bot.core.llm.messages import Excerpt, Failure, Revision, TextLocation
from bot.core.review import Finding
from bot.models.routing import Route, Router
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer
from bot.review.produce.source_files import not_granted, paths_of, text_at
from bot.sandbox import Sandbox
from bot.settings import Settings, load
from bot.web import PrometheusMetrics

_CONCURRENCY = 4  # pull requests reviewed at the same time


class _Texts:
    """The head revision's texts that are part of a case."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        granted = paths_of(change)
        available = [self._texts if place.revision is Revision.HEAD else {} for place in places]
        return [
            text_at(place, texts) if place.path in granted else not_granted(place)
            for place, texts in zip(places, available, strict=True)
        ]


app = typer.Typer(add_completion=False)
dataset_app = typer.Typer(no_args_is_help=True, add_completion=False)


@dataset_app.callback()
def about_datasets() -> None:
    """Creates datasets for `review-bot eval`."""


@app.command("eval")
def evaluate(
    dataset: Annotated[Path, typer.Argument(help="Dataset file: JSON Lines, one pull request per line.")],
    *,
    model: Annotated[
        str | None,
        typer.Option(help="openai, llama, or none for built-in checks only. Default: the configured models."),
    ] = None,
    prompts: Annotated[Path | None, typer.Option(help="Directory with other prompt templates.")] = None,
    judge: Annotated[
        bool,
        typer.Option("--judge", help="Let the model match findings and golden comments by meaning."),
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="Review only the first N pull requests; 0: all.")] = 0,
    price: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Price per million prompt tokens and per million answer tokens."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write all reviews to this file: JSON Lines, one per line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Scores reviews of a dataset against its golden comments."""
    settings = load(prompts_dir=prompts) if prompts else load()
    logs.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    cases = _cases(dataset, limit)
    judged = asyncio.run(_judged(settings, cases, _validate_model(model), judge=judge))
    if out:
        out.write_text("".join(f"{case.model_dump_json()}\n" for case in judged), encoding="utf-8")
    scores = [score("all", judged), *by(lambda case: case.language or "unknown", judged)]
    if as_json:
        sys.stdout.write(json.dumps([_as_json(each, price) for each in scores], indent=2) + "\n")
    else:
        _show(scores, price)


@dataset_app.command("martian")
def convert(
    folder: Annotated[
        Path, typer.Argument(help="Directory `offline` of the benchmark, or its golden_comments directory.")
    ],
    *,
    diffs: Annotated[Path, typer.Option(help="Directory with files OWNER__NAME__NUMBER.diff.")],
    out: Annotated[Path, typer.Option(help="Dataset file to write.")],
) -> None:
    """Converts Martian's open offline benchmark to a dataset.

    The benchmark does not include diffs: download each from PULL_URL.diff.
    """
    written, missing = [], []
    for case in read_benchmark(folder):
        file = diffs / f"{case.name}.diff"
        if file.is_file():
            written.append(case.case(file.read_text(encoding="utf-8", errors="replace")))
        else:
            missing.append(f"{case.url}.diff -> {file}")
    out.write_text("".join(f"{case.model_dump_json(exclude_defaults=True)}\n" for case in written), "utf-8")
    sys.stderr.write("".join(f"missing: {line}\n" for line in missing))
    sys.stdout.write(f"{len(written)} pull requests written to {out}, {len(missing)} without a diff\n")
    if missing:
        raise typer.Exit(1)


def _cases(dataset: Path, limit: int) -> list[Case]:
    try:
        with dataset.open(encoding="utf-8") as lines:
            cases = list(read_dataset(lines, dataset.name))
    except OSError as error:
        raise Refused(f"{dataset}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Refused(f"{dataset}: not UTF-8: {error.reason}") from None
    if not cases:
        raise Refused(f"{dataset}: the dataset contains no pull requests")
    return cases[:limit] if limit else cases


def _validate_model(model: str | None) -> str:
    if model not in (None, "openai", "llama", "none"):
        raise Refused(f"--model {model}: expected openai, llama or none")
    return model or ""


async def _judged(settings: Settings, cases: Sequence[Case], model: str, *, judge: bool) -> list[Judged]:
    async with _reviewer(settings, model) as (reviewer, router):
        route = router.route(private=False, wanted=model) if judge else None
        if judge and route is None:
            raise Refused(
                "--judge needs a model: set OPENAI_API_KEY, OPENAI_BASE_URL, LLAMA_MODEL or LLAMA_SERVER_URL"
            )
        options = ReviewOptions(settings=review_settings(settings), model=model, limits=budget(settings))
        semaphore = asyncio.Semaphore(_CONCURRENCY)

        async def review(case: Case) -> Judged:
            async with semaphore:
                return await _review(reviewer, case, options, route)

        reviews = [asyncio.ensure_future(review(case)) for case in cases]
        bar = track(reviews, "Reviewing", console=Console(stderr=True), transient=True)
        return [await judged for judged in bar]


@asynccontextmanager
async def _reviewer(settings: Settings, model: str) -> AsyncIterator[tuple[Reviewer, Router]]:
    sandbox = Sandbox(settings.cache_dir)
    function = review_function(settings, sandbox)
    async with AsyncExitStack() as stack:
        models = () if model == "none" else await stack.enter_async_context(engines(settings, sandbox))
        router = Router(models, private_local_only=False)
        memory = RunJournal()
        yield Reviewer(function, router, memory, memory.ledger, PrometheusMetrics()), router


async def _review(reviewer: Reviewer, case: Case, options: ReviewOptions, judge: Route | None) -> Judged:
    own = options.model_copy(update={"job": case.id})
    verdict = await reviewer.review(case.change(), own, library=_Texts(case.texts))
    if any(entry.later for entry in verdict.review.coverage):
        raise Refused(
            f"{case.id}: the token budget is too small for this pull request; raise or unset BUDGET_REVIEW"
        )
    pairs = match(verdict.review.findings, case.golden)
    if judge and verdict.review.findings and case.golden:
        pairs = await _by_meaning(judge, verdict.review.findings, case)
    return Judged(
        case=case,
        review=verdict.review,
        pairs=tuple(pairs),
        usage=verdict.tally.usage,
        seconds=verdict.seconds,
    )


async def _by_meaning(judge: Route, findings: Sequence[Finding], case: Case) -> list[FindingMatch]:
    """Matches by the judge's verdict. Raises `Refused` without one: the score would mean something else."""
    answer = min(judge.engines[0].model.answer, 2000)
    try:
        _, completion = await judge.complete(question(findings, case.golden, answer))
    except EngineFailure as failure:
        raise Refused(f"{case.id}: the judge model did not answer: {failure}") from None
    return read_verdict(completion.text, len(findings), len(case.golden))


_COLUMNS = ("", "pulls", "golden", "found", "right", "P", "R", "F1", "/pull", "lines", "clean", "tokens")
_WIDTH = 100  # columns of the table; a narrower terminal wraps it
_LEGEND = (
    "right: findings that match a golden comment; P: precision; R: recall; /pull: findings "
    "above nit per pull request; lines: share of findings on lines that accept comments; clean: share of "
    "clean pull requests without such findings"
)


def _show(scores: Sequence[Score], price: tuple[float, float] | None) -> None:
    table = Table(*_COLUMNS, *(("cost",) if price else ()), box=None, caption=_LEGEND, pad_edge=False)
    for row in scores:
        counts = [str(count) for count in (row.pulls, row.golden, row.findings, row.right)]
        ratios = [row.precision, row.recall, row.f1, row.per_pull, row.anchors, row.spotless]
        cost = [f"{_cost(row, price):.4f}"] if price else []
        table.add_row(row.name, *counts, *map(_ratio, ratios), f"{row.usage.tokens:,}", *cost)
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(table)


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _as_json(row: Score, price: tuple[float, float] | None) -> dict[str, object]:
    cost = {"cost": _cost(row, price)} if price else {}
    return {**row.model_dump(mode="json"), **cost}


def _cost(row: Score, price: tuple[float, float]) -> float:
    return round((row.usage.prompt * price[0] + row.usage.answer * price[1]) / 1e6, 6)
