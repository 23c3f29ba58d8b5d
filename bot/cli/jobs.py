"""`review-bot jobs`: lists, explains, retries and cancels review jobs."""

import asyncio
import json
import sys
import textwrap
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli import deliveries, logs
from bot.cli.database import opened_store
from bot.core.errors import Refused
from bot.core.jobs import Job, JobError, JobState
from bot.core.markdown import clean
from bot.core.phrases import number as counted

if TYPE_CHECKING:
    from bot.core.review import Review
    from bot.engine import Store

app = typer.Typer(help="Lists, explains, retries and cancels review jobs.", add_completion=False)

T = TypeVar("T")
Named = Annotated[
    str, typer.Argument(help="Job number as shown by `review-bot jobs list`, or delivery ID.", metavar="JOB")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of entries, newest first.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

LARGEST = 2**63 - 1  # the largest job number that a database can hold
WIDE = 2000  # columns when the output is not a terminal: one line per job

# What each state means, and what to do.
MEANINGS = {
    JobState.WAITING: "Waiting. A worker starts the job when it is due.",
    JobState.PARKED: "Waiting for a known time, such as the end of a rate limit. The job resumes by itself.",
    JobState.RUNNING: "Running. If the worker's process ends, another worker takes over the job.",
    JobState.DONE: "Done. The review was posted.",
    JobState.FAILED: "Failed. The pull request says so, unless GitHub refused the comment. "
    "Run `review-bot jobs retry {id}` to retry the job.",
    JobState.SUPERSEDED: "Superseded by a newer commit. There is nothing to do.",
    JobState.CANCELLED: "Cancelled by an operator, or because the pull request was closed. "
    "Run `review-bot jobs retry {id}` to retry the job.",
}


@app.command("list")
def list_jobs(
    *,
    state: Annotated[JobState | None, typer.Option(help="List only jobs in this state.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Lists jobs, newest first."""
    jobs, set_aside = _run(lambda store: _listed(store, state, limit))
    if as_json:
        _print([_plain(job) for job in jobs])
        return
    _show_all(jobs)
    if set_aside:
        _say(deliveries.hint(set_aside))


@app.command("deliveries")
def list_deliveries(*, limit: Limit = 50, as_json: Json = False) -> None:
    """Lists deliveries that could not be read and were set aside without a job, with the reason."""
    set_aside = _run(lambda store: store.inbox.list_set_aside(limit))
    if as_json:
        _print([delivery.model_dump(mode="json") for delivery in set_aside])
    else:
        deliveries.show_all(set_aside, _width())


@app.command()
def show(name: Named, *, as_json: Json = False) -> None:
    """Shows one job: its state, its errors, what to do, and the findings of a review that was not posted.

    Also shows a delivery that was set aside.
    """
    if not deliveries.is_job(name):
        _show_delivery(name, as_json=as_json)
        return
    job, job_errors = _run(lambda store: _job(store, int(name)))
    unposted = _run(lambda store: _unposted_review(store, job))
    if as_json:
        errors = [job_error.model_dump(mode="json") for job_error in job_errors]
        review = unposted.model_dump(mode="json") if unposted else None
        _print({**_plain(job), "mishaps": errors, "unshown": review})
    else:
        _show_one(job, job_errors)
        if unposted:
            _show_review(unposted)


@app.command()
def retry(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Job numbers, or IDs of deliveries that were set aside.", metavar="JOB"),
    ] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="Retry all failed jobs.")] = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Retry all deliveries that were set aside.")
    ] = False,
) -> None:
    """Retries failed or cancelled jobs, and deliveries that were set aside."""
    if (failed or set_aside) == bool(names):
        raise Refused(
            "specify what to retry: job numbers, delivery IDs, --failed for all failed jobs, or --set-aside "
            "for all deliveries that were set aside"
        )
    numbers = [int(name) for name in names or () if deliveries.is_job(name)]
    ids = [name for name in names or () if not deliveries.is_job(name)]
    if numbers or failed:
        _run(lambda store: _retry(store, numbers))
    if ids or set_aside:
        _run(lambda store: _reread(store, ids))


@app.command()
def cancel(
    numbers: Annotated[list[int], typer.Argument(help="Job numbers.", metavar="JOB")],
    reason: Annotated[
        str, typer.Option(help="Reason that is posted on the pull request.")
    ] = "The operator cancelled the review.",
) -> None:
    """Cancels jobs that have not finished. A worker posts the reason on the pull request."""
    _run(lambda store: _cancel(store, numbers, reason))


async def _listed(store: "Store", state: JobState | None, limit: int) -> tuple[Sequence[Job], int]:
    """The jobs, and the number of deliveries that were set aside."""
    return await store.jobs.list(state, limit), await store.inbox.set_aside_count()


def _show_delivery(name: str, *, as_json: bool) -> None:
    delivery = _run(lambda store: deliveries.get(store, name))
    if as_json:
        _print(delivery.model_dump(mode="json"))
    else:
        deliveries.show_one(delivery)


async def _reread(store: "Store", names: Sequence[str]) -> None:
    for name in await deliveries.reread(store, names):
        _say(f"delivery {name} will be retried")


async def _job(store: "Store", number: int) -> tuple[Job, Sequence[JobError]]:
    job = await store.jobs.get(number) if number <= LARGEST else None
    if job is None:
        raise Refused(f"there is no job {number}; `review-bot jobs list` lists all jobs")
    return job, await store.jobs.job_errors(number)


async def _unposted_review(store: "Store", job: Job) -> "Review | None":
    """The review of a failed job that was not posted, or only in part."""
    from bot.core.records import ReviewStage  # noqa: PLC0415 - as in `opened_store`

    record = await store.records.of_job(job.id) if job.state is JobState.FAILED else None
    return record.review if record and record.stage is ReviewStage.MADE else None


async def _retry(store: "Store", numbers: Sequence[int]) -> None:
    """Without numbers, retries all failed jobs except those that a newer commit supersedes."""
    chosen = numbers or [job.id for job in reversed(await store.jobs.list(JobState.FAILED, 10_000))]
    for number in chosen:
        if number <= LARGEST and await store.jobs.revive(number):
            _say(f"job {number} will be retried")
        elif numbers:
            job, _ = await _job(store, number)
            raise Refused(f"job {number} is {job.state} and cannot be retried: {_why_not(job)}")


def _why_not(job: Job) -> str:
    if job.state in (JobState.FAILED, JobState.CANCELLED):
        return "a review of a newer commit of the same pull request is already queued"
    return "only failed and cancelled jobs can be retried"


async def _cancel(store: "Store", numbers: Sequence[int], reason: str) -> None:
    for number in numbers:
        if number > LARGEST or await store.jobs.cancel(number, reason) is None:
            job, _ = await _job(store, number)
            raise Refused(f"job {number} is already {job.state}")
        _say(f"job {number} is being cancelled")


def _run(work: Callable[["Store"], Awaitable[T]]) -> T:
    logs.configure("warning", "auto")

    async def opened() -> T:
        async with opened_store() as store:
            return await work(store)

    return asyncio.run(opened())


def _plain(job: Job) -> dict[str, Any]:
    values = job.model_dump(mode="json")
    return {**values, "task": job.task.key}


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _show_all(jobs: Sequence[Job]) -> None:
    table = Table("job", "state", "pull request", "reason", "attempt", "due", "message", box=None)
    for job in jobs:
        message = escape(" ".join((job.error or "").split()))
        pull = escape(str(job.task.pull))
        table.add_row(str(job.id), job.state, pull, job.task.cause, str(job.attempt), _due(job), message)
    Console(width=_width()).print(table if jobs else "there are no jobs")


def _width() -> int | None:
    return None if sys.stdout.isatty() else WIDE


def _show_one(job: Job, job_errors: Sequence[JobError]) -> None:
    task = job.task
    lines = {
        "pull request": str(task.pull),
        "reason": f"{task.cause}{f' by {task.actor}' if task.actor else ''}",
        "head": task.head or "latest",
        "state": f"{job.state}{f', will end as {job.ending}' if job.ending else ''}",
        "attempt": str(job.attempt),
        "due": f"{job.due:%Y-%m-%d %H:%M:%S} UTC",
        "created": f"{job.created:%Y-%m-%d %H:%M:%S} UTC",
        "changed": f"{job.updated:%Y-%m-%d %H:%M:%S} UTC",
        "delivery": job.delivery or "none",
        "worker": job.holder or "none",
    }
    _say(f"job {job.id}")
    for name, value in lines.items():
        _say(f"  {name:<13} {value}")
    _say(MEANINGS[job.state].format(id=job.id))
    if job_errors:
        _say("Errors so far:")
    for job_error in job_errors:
        _say(f"  {job_error.at:%Y-%m-%d %H:%M:%S} UTC, attempt {job_error.attempt}: {job_error.text}")


def _show_review(review: "Review") -> None:
    """Prints texts of models and authors without terminal control characters."""
    findings = counted(len(review.findings), "finding")
    _say(f"The review was not posted on GitHub, or only in part. {findings}:")
    for finding in sorted(review.findings, key=lambda finding: finding.severity.rank):
        _say(f"  {clean(finding.path)}:{finding.line} {finding.severity}: {_on_one_line(finding.title)}")
        _say(textwrap.indent(clean(finding.body).strip(), "    "))
    _say(f"  {_on_one_line(review.purpose)}")


def _on_one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _due(job: Job) -> str:
    is_queued = job.state in (JobState.WAITING, JobState.PARKED)
    return f"{job.due:%m-%d %H:%M:%S}" if is_queued else ""
