"""`review-bot jobs`: what waits, runs and failed; starts anew and cancels."""

import asyncio
import json
import sys
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli import deliveries, logs
from bot.core.errors import Refused
from bot.core.jobs import Job, JobError, JobState
from bot.core.markdown import clean
from bot.core.records import ReviewStage
from bot.core.rendering.phrases import number as counted
from bot.core.review import Review
from bot.settings import load

if TYPE_CHECKING:
    from bot.engine import Store

app = typer.Typer(help="Lists, explains, retries and cancels review jobs.", add_completion=False)

T = TypeVar("T")
Named = Annotated[str, typer.Argument(help="The job's number, as `jobs list` shows it; or a delivery's id.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="The most to list, the newest first.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

LARGEST = 2**63 - 1  # a job's number; one beyond it is none's
WIDE = 2000  # columns where nobody looks at a terminal: one line a job

# What a state means for whoever reads it, and what to do.
MEANINGS = {
    JobState.WAITING: "It is claimed as soon as it is due and a worker is free.",
    JobState.PARKED: (
        "It waits for the moment that somebody named (a rate limit's end), and goes on by itself."
    ),
    JobState.RUNNING: "A worker has it. If its process ends, the job is claimed again.",
    JobState.DONE: "Done. The review was posted.",
    JobState.FAILED: "It was given up, and the pull request says so where GitHub takes that. "
    "`review-bot jobs retry {id}` retries it.",
    JobState.SUPERSEDED: "A newer commit made it pointless.",
    JobState.CANCELLED: "It was cancelled, or its pull request was closed. "
    "`review-bot jobs retry {id}` retries it.",
}


@app.command("list")
def list_jobs(
    *,
    state: Annotated[JobState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Lists jobs, the newest first."""
    found, aside = _run(lambda store: _listed(store, state, limit))
    if as_json:
        _print([_plain(job) for job in found])
        return
    _show_all(found)
    if aside:
        _say(deliveries.hint(aside))


@app.command("deliveries")
def list_deliveries(*, limit: Limit = 50, as_json: Json = False) -> None:
    """Lists deliveries that were set aside: they made no job, for the reason that is shown."""
    found = _run(lambda store: store.inbox.list_set_aside(limit))
    if as_json:
        _print([one.model_dump(mode="json") for one in found])
    else:
        deliveries.show_all(found, _width())


@app.command()
def show(name: Named, *, as_json: Json = False) -> None:
    """Shows one job: what it is, what went wrong on its way, what to do, and what a review that GitHub would
    not show has found. Or a delivery that was set aside.
    """
    if not deliveries.is_job(name):
        _show_delivery(name, as_json=as_json)
        return
    job, job_errors = _run(lambda store: _told(store, int(name)))
    unshown = _run(lambda store: _unshown(store, job))
    if as_json:
        told = [job_error.model_dump(mode="json") for job_error in job_errors]
        review = unshown.model_dump(mode="json") if unshown else None
        _print({**_plain(job), "mishaps": told, "unshown": review})
    else:
        _show_one(job, job_errors)
        if unshown:
            _show_review(unshown)


@app.command()
def retry(
    names: Annotated[
        list[str] | None, typer.Argument(help="The jobs' numbers; or ids of deliveries that were set aside.")
    ] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="All jobs that failed.")] = False,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="All deliveries set aside.")] = False,
) -> None:
    """Retries failed or cancelled jobs, and reads deliveries that were set aside again."""
    if (failed or set_aside) == bool(names):
        raise Refused(
            "say what to retry: numbers of jobs, ids of deliveries, --failed for all jobs that failed, "
            "or --set-aside for all deliveries that were set aside"
        )
    numbers = [int(name) for name in names or () if deliveries.is_job(name)]
    ids = [name for name in names or () if not deliveries.is_job(name)]
    if numbers or failed:
        _run(lambda store: _retry(store, numbers))
    if ids or set_aside:
        _run(lambda store: _reread(store, ids))


@app.command()
def cancel(
    numbers: Annotated[list[int], typer.Argument(help="The jobs' numbers.")],
    reason: Annotated[
        str, typer.Option(help="Why; told on the pull request.")
    ] = "The operator cancelled the review.",
) -> None:
    """Cancels jobs that have not ended. A worker tells so on the pull request."""
    _run(lambda store: _cancel(store, numbers, reason))


async def _listed(store: "Store", state: JobState | None, limit: int) -> tuple[Sequence[Job], int]:
    """And how many deliveries are set aside."""
    return await store.jobs.list(state, limit), await store.inbox.set_aside_count()


def _show_delivery(name: str, *, as_json: bool) -> None:
    found = _run(lambda store: deliveries.get(store, name))
    if as_json:
        _print(found.model_dump(mode="json"))
    else:
        deliveries.show_one(found)


async def _reread(store: "Store", names: Sequence[str]) -> None:
    for name in await deliveries.reread(store, names):
        _say(f"delivery {name} is read again")


async def _told(store: "Store", number: int) -> tuple[Job, Sequence[JobError]]:
    job = await store.jobs.get(number) if number <= LARGEST else None
    if job is None:
        raise Refused(f"there is no job {number}; `review-bot jobs list` shows those there are")
    return job, await store.jobs.job_errors(number)


async def _unshown(store: "Store", job: Job) -> Review | None:
    """The review that a failed job has made, and that is not, or not wholly, on GitHub."""
    record = await store.records.of_job(job.id) if job.state is JobState.FAILED else None
    return record.review if record and record.stage is ReviewStage.MADE else None


async def _retry(store: "Store", numbers: Sequence[int]) -> None:
    """Without numbers: all that failed, but those that a newer commit made pointless."""
    wanted = numbers or [job.id for job in reversed(await store.jobs.list(JobState.FAILED, 10_000))]
    for number in wanted:
        if number <= LARGEST and await store.jobs.revive(number):
            _say(f"job {number} starts anew")
        elif numbers:
            job, _ = await _told(store, number)
            raise Refused(f"job {number} is {job.state} and cannot be retried: {_why_not(job)}")


def _why_not(job: Job) -> str:
    if job.state in (JobState.FAILED, JobState.CANCELLED):
        return "a review of a newer commit of the same pull request waits already"
    return "only a failed or a cancelled one can"


async def _cancel(store: "Store", numbers: Sequence[int], reason: str) -> None:
    for number in numbers:
        if number > LARGEST or await store.jobs.cancel(number, reason) is None:
            job, _ = await _told(store, number)
            raise Refused(f"job {number} is {job.state} already")
        _say(f"job {number} is being cancelled")


def _run(work: Callable[["Store"], Awaitable[T]]) -> T:
    logs.configure("warning", "auto")

    async def opened() -> T:
        async with _store() as store:
            return await work(store)

    return asyncio.run(opened())


@asynccontextmanager
async def _store() -> AsyncIterator["Store"]:
    """The server's database. One that is not there is not made: it would be the wrong one."""
    url = load().database
    from bot.engine import connect, database_file  # noqa: PLC0415 - takes a quarter of a second

    file = database_file(url)
    if file is not None and not file.exists():
        raise Refused(f"DATABASE_URL: {file} is not there; set it as it is set for `review-bot serve`")
    async with await connect(url) as store:
        yield store


def _plain(job: Job) -> dict[str, Any]:
    values = job.model_dump(mode="json")
    return {**values, "task": job.task.key}


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _show_all(found: Sequence[Job]) -> None:
    table = Table("job", "state", "pull request", "reason", "attempt", "due", "message", box=None)
    for job in found:
        said = " ".join((job.error or "").split())
        pull = escape(str(job.task.pull))
        table.add_row(
            str(job.id), job.state, pull, job.task.cause, str(job.attempt), _moment(job), escape(said)
        )
    Console(width=_width()).print(table if found else "there are no jobs")


def _width() -> int | None:
    return None if sys.stdout.isatty() else WIDE


def _show_one(job: Job, job_errors: Sequence[JobError]) -> None:
    task = job.task
    lines = {
        "pull request": str(task.pull),
        "reason": f"{task.cause}{f' by {task.actor}' if task.actor else ''}",
        "head": task.head or "the latest",
        "state": f"{job.state}{f', to end as {job.ending}' if job.ending else ''}",
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
        _say(f"  {job_error.at:%Y-%m-%d %H:%M:%S} UTC, try {job_error.attempt}: {job_error.text}")


def _show_review(review: Review) -> None:
    """What comes from a model or an author is shown without what would steer the terminal."""
    found = counted(len(review.findings), "finding")
    _say(f"The review that it made is not, or not wholly, on GitHub. {found}:")
    for finding in sorted(review.findings, key=lambda one: one.severity.rank):
        _say(f"  {clean(finding.path)}:{finding.line} {finding.severity}: {_on_one_line(finding.title)}")
        _say(textwrap.indent(clean(finding.body).strip(), "    "))
    _say(f"  {_on_one_line(review.purpose)}")


def _on_one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _moment(job: Job) -> str:
    ended = job.state not in (JobState.WAITING, JobState.PARKED)
    return "" if ended else f"{job.due:%m-%d %H:%M:%S}"
