"""`review-bot eval`: measures the quality of reviews, and compares two measurements."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli import evaluation_tables, logs
from bot.cli.evaluation_run import Evaluation, Judge, Plan, evaluation
from bot.core.errors import Refused
from bot.core.evaluation.baselines import babble
from bot.core.evaluation.comparison import compare
from bot.core.evaluation.dataset import Case, read_dataset
from bot.core.evaluation.results import CaseReview, RunHeader, read_results, write_header, write_review
from bot.settings import Settings, load

app = typer.Typer(
    help="Scores reviews of a dataset against its golden comments, and compares results.",
    no_args_is_help=True,
    add_completion=False,
)

Price = Annotated[
    tuple[float, float] | None,
    typer.Option(help="Price per million prompt tokens and per million answer tokens."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("run")
def run(
    dataset: Annotated[Path, typer.Argument(help="Dataset file: JSON Lines, one pull request per line.")],
    *,
    model: Annotated[
        str | None,
        typer.Option(help="openai, llama, or none for rules only. Default: the configured models."),
    ] = None,
    prompts: Annotated[Path | None, typer.Option(help="Directory with other prompt templates.")] = None,
    judge_model: Annotated[
        str | None,
        typer.Option(
            help="Let this model decide which findings mean the same as golden comments. It must be another "
            "model than the one under evaluation."
        ),
    ] = None,
    judge_base_url: Annotated[
        str | None,
        typer.Option(
            help="OpenAI-compatible endpoint of the judge; its key is in JUDGE_API_KEY. Default: "
            "OPENAI_BASE_URL."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Review only the first N pull requests; 0: all.")] = 0,
    repeat: Annotated[
        int, typer.Option(min=1, max=100, help="Review each pull request N times and show the spread.")
    ] = 1,
    checkouts: Annotated[
        Path | None,
        typer.Option(
            help="Directory with the whole head of each pull request, by its id, to look things up in.",
            file_okay=False,
            exists=True,
        ),
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, max=256, help="Pull requests to review at the same time.")
    ] = 4,
    price: Price = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Results file. Each review is written when it is made; a run that was stopped continues."
        ),
    ] = None,
    baselines: Annotated[
        bool, typer.Option(help="Show the scores of the rules alone and of a reviewer that babbles.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Reviews all pull requests of a dataset and scores the findings.

    A finding is right if it has the place and the meaning of a golden comment. The same finding cannot match
    two golden comments.
    """
    settings = load(prompts_dir=prompts) if prompts else load()
    logs.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    cases, digest = _cases(dataset, limit)
    plan = Plan(
        cases=cases,
        digest=digest,
        dataset=dataset.name,
        model=_validate_model(model),
        judge=_validate_judge(judge_model, judge_base_url),
        repetitions=repeat,
        concurrency=concurrency,
        checkouts=checkouts,
    )
    report = asyncio.run(_evaluate(settings, plan, out, baselines=baselines))
    if as_json:
        sys.stdout.write(json.dumps(evaluation_tables.as_json(report, price), indent=2) + "\n")
    else:
        evaluation_tables.show(report, price)


@app.command("diff")
def diff(
    first: Annotated[Path, typer.Argument(help="Results file of the first run.")],
    second: Annotated[Path, typer.Argument(help="Results file of the second run.")],
    *,
    as_json: Json = False,
) -> None:
    """Compares two results finding by finding, with the significance of the differences."""
    comparison = compare(_read(first), _read(second))
    if as_json:
        sys.stdout.write(comparison.model_dump_json(indent=2) + "\n")
    else:
        evaluation_tables.show_comparison(comparison)


def _cases(dataset: Path, limit: int) -> tuple[list[Case], str]:
    """The cases, and the digest of those that are used."""
    try:
        with dataset.open(encoding="utf-8") as lines:
            cases = list(read_dataset(lines, dataset.name))
    except OSError as error:
        raise Refused(f"{dataset}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Refused(f"{dataset}: not UTF-8: {error.reason}") from None
    if not cases:
        raise Refused(f"{dataset}: the dataset contains no pull requests")
    used = cases[:limit] if limit else cases
    digest = hashlib.sha256("\n".join(case.model_dump_json() for case in used).encode())
    return used, digest.hexdigest()


def _validate_model(model: str | None) -> str:
    if model not in (None, "openai", "llama", "none"):
        raise Refused(f"--model {model}: expected openai, llama or none")
    return model or ""


def _validate_judge(model: str | None, base_url: str | None) -> Judge | None:
    if base_url and not model:
        raise Refused("--judge-base-url needs --judge-model")
    return Judge(model, base_url) if model else None


async def _evaluate(
    settings: Settings, plan: Plan, out: Path | None, *, baselines: bool
) -> evaluation_tables.EvaluationReport:
    async with evaluation(settings, plan) as opened:
        done = _resume(out, opened.header) if out else []
        with _Recorder(out, opened.header, plan, done) as recorder:
            reviews = await _run(opened, done, recorder)
        return evaluation_tables.EvaluationReport(
            header=opened.header,
            reviews=reviews,
            rules=await opened.rules_only() if baselines and opened.header.model != "none" else None,
            babbler=opened.of_findings(babble) if baselines else None,
        )


async def _run(opened: Evaluation, done: Sequence[CaseReview], recorder: "_Recorder") -> Sequence[CaseReview]:
    """Raises the first error alone: those of the other reviews are the same, or follow from it."""
    try:
        return await opened.run(done, recorder.store)
    except* Refused as errors:
        raise errors.exceptions[0] from None


def _resume(out: Path, header: RunHeader) -> list[CaseReview]:
    """The reviews of a run that was stopped. Raises `Refused` if the file is of another run."""
    if not out.exists() or not out.stat().st_size:
        return []
    known, reviews = _read(out)
    if known != header:
        changed = [name for name in RunHeader.model_fields if getattr(known, name) != getattr(header, name)]
        raise Refused(
            f"{out} is the result of another run (different: {', '.join(changed)}); choose another file, or "
            "delete it"
        )
    return reviews


def _read(file: Path) -> tuple[RunHeader, list[CaseReview]]:
    try:
        with file.open(encoding="utf-8") as lines:
            return read_results(lines, str(file))
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{file}: not UTF-8") from None


class _Recorder:
    """Writes each review to the results file and shows the progress."""

    def __init__(self, out: Path | None, header: RunHeader, plan: Plan, done: Sequence[CaseReview]) -> None:
        self._out = out
        if out:
            # Written anew: the last line may be cut off.
            lines = [write_header(header), *map(write_review, done)]
            out.write_text("".join(lines), encoding="utf-8")
        self._progress = Progress(
            *Progress.get_default_columns(),
            "{task.fields[spent]}",
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(
            "Reviewing", total=len(plan.cases) * plan.repetitions, completed=len(done), spent=""
        )
        self._tokens = 0
        self._findings = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def store(self, review: CaseReview) -> None:
        if self._out:
            with self._out.open("a", encoding="utf-8") as file:
                file.write(write_review(review))
        self._tokens += review.usage.tokens
        self._findings += len(review.findings)
        spent = f"{self._findings} findings, {self._tokens:,} tokens"
        self._progress.update(self._task, advance=1, spent=spent)
