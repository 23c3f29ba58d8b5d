"""`review-bot review`: makes one review without the server."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from bot.app.engines import engines
from bot.app.forge import forge
from bot.app.function import review_function, review_settings
from bot.app.operator import budget, operator
from bot.app.qualification import examiner
from bot.app.repositories import LocatedRepository, located, opener
from bot.cli import change_sources, logs, output, terminal
from bot.cli.progress import watched
from bot.cli.questions import AskedQuestion, RecordingRouter
from bot.cli.run_journal import RunJournal
from bot.cli.sarif_files import with_sarif
from bot.core.change import Change, Pull
from bot.core.config import EffectiveConfig, apply_config, filter_review, limits
from bot.core.errors import Refused, SettingsError
from bot.core.rendering import Report
from bot.core.reports import with_reports
from bot.core.review import Review, ReviewSettings
from bot.github import GitHubForge, parse_pull_url
from bot.repository.history import CheckoutHistory
from bot.review.policy.repository_config import RepositoryConfig
from bot.review.ports import Library
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer, make_report
from bot.review.produce.source_files import ForgeLibrary
from bot.review.publish.finding_tracker import FindingTracker
from bot.review.publish.null_state import NullState
from bot.review.publish.publisher import Publisher
from bot.sandbox import Sandbox
from bot.settings import Settings, load

app = typer.Typer(add_completion=False)


@dataclass(frozen=True)
class _GivenSource:
    """The options that say what to review, and what analysers found in it."""

    diff: str | None
    base: str | None
    pull: str | None
    title: str | None
    body_file: Path | None
    sarif: Sequence[Path]

    @property
    def given(self) -> Sequence[str]:
        options = {"--diff": self.diff, "--base": self.base, "--pull": self.pull}
        return [name for name, value in options.items() if value is not None]


@dataclass(frozen=True)
class _LocalReview:
    """A report with the questions behind it and the seconds of each part of the run."""

    report: Report
    timings: Mapping[str, float]
    asked: Sequence[AskedQuestion] = ()


@dataclass
class _Clock:
    """Seconds of each part of the run."""

    seconds: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.monotonic)

    def mark(self, name: str) -> None:
        """Records the seconds since the last mark under `name`."""
        now = time.monotonic()
        self.seconds[name] = round(now - self.last, 6)
        self.last = now


@app.command()
def review(
    *,
    diff: Annotated[str | None, typer.Option(help="File with a diff, or - for standard input.")] = None,
    base: Annotated[
        str | None, typer.Option(help="Branch or commit: review the working tree's changes since it.")
    ] = None,
    pull: Annotated[str | None, typer.Option(help="URL of a pull request.")] = None,
    title: Annotated[
        str | None, typer.Option(help="Title of the change, with --diff or --base; models read it.")
    ] = None,
    body_file: Annotated[
        Path | None, typer.Option(help="File with the description of the change, in Markdown.")
    ] = None,
    sarif: Annotated[
        list[Path] | None,
        typer.Option(help="SARIF file of an analyser, whose results are not repeated. May be given again."),
    ] = None,
    post: Annotated[bool, typer.Option("--post", help="Post the review on the pull request.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Reviews a diff, a branch or a pull request and prints the review."""
    source = _GivenSource(diff, base, pull, title, body_file, sarif or ())
    settings = _checked_settings(source, post=post)
    logs.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    made = asyncio.run(_review(settings, source, post=post))
    report = made.report
    if as_json:
        sys.stdout.write(json.dumps(output.as_json(report, made.asked, made.timings), indent=2) + "\n")
    elif report.change.files:
        terminal.show(Console(), output.as_markdown(report))
    else:
        sys.stdout.write(f"{report.review.purpose}\n")


def _checked_settings(source: _GivenSource, *, post: bool) -> Settings:
    """The settings. Raises one `Refused` for all errors in the settings and the options."""
    given = source.given
    errors = []
    if not given:
        errors.append("specify what to review: --diff FILE, --diff -, --base REF or --pull URL")
    if len(given) > 1:
        errors.append(f"{' and '.join(given)} cannot be combined; use one of them")
    if source.diff == "":
        errors.append("--diff is empty; name a file with a diff, or - for standard input")
    if post and source.pull is None:
        errors.append("--post needs --pull; only the review of a pull request can be posted")
    if source.pull is not None and (source.title is not None or source.body_file is not None):
        errors.append("--title and --body-file need --diff or --base; a pull request has its own")
    try:
        if source.pull is not None:
            parse_pull_url(source.pull)
    except Refused as error:
        errors.append(str(error))
    try:
        settings = load()
    except SettingsError as error:
        errors.append(str(error))
    if errors:
        raise Refused("\nreview-bot: ".join(errors))
    return settings


async def _review(settings: Settings, source: _GivenSource, *, post: bool) -> _LocalReview:
    if source.pull is not None:
        return await _review_pull(settings, source.pull, source.sarif, post=post)
    return await _review_local(settings, source)


async def _review_pull(settings: Settings, url: str, sarif: Sequence[Path], *, post: bool) -> _LocalReview:
    clock = _Clock()
    async with _github(settings, url) as (github, pull):
        change, own_settings, effective = await _configured_change(settings, github, pull)
        change = with_sarif(change, sarif)
        clock.mark("fetch")
        library = ForgeLibrary(github, pull.ref)
        options = ReviewOptions(
            settings=own_settings,
            model=effective.config.model,
            limits=limits(budget(settings), effective.config),
            private=pull.private,
        )
        report, asked = await _report(
            settings,
            change,
            library,
            options,
            url=pull.url,
            clock=clock,
            repository=located(github, pull),
        )
        review = filter_review(report.review, effective)
        report = report.model_copy(update={"review": review, "problems": effective.problems})
        if post:
            null_state = NullState()
            publisher = Publisher(github, null_state, FindingTracker(github, null_state))
            report = await publisher.publish(pull, report, effective.config)
            clock.mark("post")
        return _LocalReview(report, clock.seconds, asked)


async def _review_local(settings: Settings, source: _GivenSource) -> _LocalReview:
    clock = _Clock()
    if source.diff is not None:
        given, texts, repository = change_sources.from_diff(source.diff), None, None
    else:
        given, texts = change_sources.from_git(source.base or ""), change_sources.GitLibrary()
        repository = await asyncio.to_thread(_checkout, given.change.origin)
    change = with_sarif(_described(given.change, source), source.sarif)
    clock.mark("fetch")
    if not change.files:
        return _LocalReview(_empty_report(change), clock.seconds)
    options = ReviewOptions(settings=review_settings(settings), limits=budget(settings))
    report, asked = await _report(
        settings, change, texts, options, url="", clock=clock, repository=repository
    )
    return _LocalReview(_with_problems(report, given.unread), clock.seconds, asked)


def _checkout(origin: str) -> LocatedRepository:
    """The working tree as it is, and the history up to the commit `origin`."""
    top = change_sources.top_folder()
    return LocatedRepository(lambda indexes: indexes.of_checkout(top), CheckoutHistory(top, origin))


def _described(change: Change, source: _GivenSource) -> Change:
    """The change with the author's title and description. Raises `Refused`."""
    given: dict[str, str] = {}
    if source.title is not None:
        given["title"] = source.title
    if source.body_file is not None:
        given["body"] = change_sources.description(source.body_file)
    return change.model_copy(update=given)


def _empty_report(change: Change) -> Report:
    """The report on a change without files. No model is asked."""
    reason = f"the working tree has no changes since {change.base}" if change.base else "the diff is empty"
    return Report(change=change, review=Review(purpose=f"There is nothing to review: {reason}.", effort=1))


def _with_problems(report: Report, problems: Sequence[str]) -> Report:
    review = report.review.model_copy(update={"problems": (*problems, *report.review.problems)})
    return report.model_copy(update={"review": review})


async def _configured_change(
    settings: Settings, github: GitHubForge, pull: Pull
) -> tuple[Change, ReviewSettings, EffectiveConfig]:
    """The change with reports, and the settings, with the repository's configuration applied."""
    fetched = await github.change(pull, patient=False)
    configured = RepositoryConfig(github, operator(settings))
    effective = await configured.of(pull, [file.path for file in fetched.files], patient=False)
    change, own_settings = apply_config(fetched, review_settings(settings), effective)
    if effective.config.reports:
        change = with_reports(change, await github.reports(pull))
    return change, own_settings, effective


async def _report(
    settings: Settings,
    change: Change,
    library: Library | None,
    options: ReviewOptions,
    *,
    url: str,
    clock: _Clock,
    repository: LocatedRepository | None,
) -> tuple[Report, Sequence[AskedQuestion]]:
    """The review of `change` by the configured models, and what they were asked."""
    sandbox = Sandbox(settings.cache_dir)
    function = review_function(settings, sandbox)
    async with engines(settings, sandbox) as models, opener(settings) as opened:
        clock.mark("load")
        router = RecordingRouter(
            models, private_local_only=settings.private_local_only, examiner=examiner(settings)
        )
        memory = RunJournal()
        with watched(function) as (watched_function, metrics):
            reviewer = Reviewer(watched_function, router, memory, memory.ledger, metrics)
            own = opened(repository) if repository else None
            verdict = await reviewer.review(change, options, library=library, repository=own)
        clock.mark("review")
    return make_report(change, verdict, url), router.asked


@asynccontextmanager
async def _github(settings: Settings, url: str) -> AsyncIterator[tuple[GitHubForge, Pull]]:
    """The pull request at `url`, and the connection to its GitHub server."""
    api, ref = parse_pull_url(url)
    if urlsplit(api).netloc != urlsplit(settings.github_api_url.lower()).netloc:
        # The credentials are for one GitHub server; a URL must not send them to another.
        raise Refused(
            f"--pull {url}: not on the configured GitHub, {settings.github_api_url}; set GITHUB_API_URL={api}"
        )
    async with forge(settings) as github:
        installation = await github.installation_for(ref.repository) if settings.github_app_id else None
        yield github, await github.pull(ref.model_copy(update={"installation": installation}))
