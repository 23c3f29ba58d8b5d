"""Reviews the cases of the elsewhere set as `review-bot review --base` does, and keeps every prompt."""

import asyncio
import contextlib
import json
import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.function import review_function, review_settings
from bot.app.repositories import LocatedRepository, opener
from bot.cli import change_sources
from bot.cli.run_journal import RunJournal
from bot.core.change import Change
from bot.core.llm.messages import Completion, Finish, Model, Request, Usage
from bot.core.lookups import Lookup, Passages
from bot.core.review import ReviewSettings
from bot.core.value import Value
from bot.models.routing import Router
from bot.models.token_counting import exact
from bot.repository.history import CheckoutHistory
from bot.repository.repositories import IndexedCommit, Repositories
from bot.review.produce.lookups import Open
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer
from bot.sandbox import ReviewFunction
from bot.settings import load
from bot.web import PrometheusMetrics
from tests.evaluation.elsewhere_cases import ElsewhereCase, Needed, Repository
from tests.evaluation.hard import Tree, write_tree
from tests.sandbox.guests import SANDBOX
from tests.stories.scripted_model import ScriptedModel

_GIT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{role}_{field}": value for role in ("AUTHOR", "COMMITTER") for field, value in
       (("NAME", "Mira"), ("EMAIL", "mira@example.org"), ("DATE", "2026-03-02T09:00:00+00:00"))},
}  # fmt: skip
_BASE = "main"


class CaseResult(Value):
    """The needed texts that no prompt about the change contains, and the prompt tokens of its reviews."""

    case: ElsewhereCase
    missing: tuple[Needed, ...]
    tokens: int
    missing_without: tuple[Needed, ...]
    """Without look-ups, as the tokens below."""
    tokens_without: int


class RecordingEngine:
    """A model without findings that keeps what it is asked."""

    kind = "openai"
    local = True
    model = Model(name="gpt-4o", context=128_000, answer=8_000)

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self._script = ScriptedModel()

    def count(self, text: str) -> int:
        return exact(text)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        schema = json.loads(request.format or "{}")
        answer = self._script.usual({"response_format": {"json_schema": {"schema": schema}}})
        usage = Usage(prompt=self.count(_text(request)), answer=1)
        return Completion(text=json.dumps(answer), finish=Finish.STOP, usage=usage, model=self.model.name)


class Prompts:
    """Makes reviews of the head in the working directory."""

    def __init__(self, function: ReviewFunction, settings: ReviewSettings, repository: Open | None) -> None:
        self._function = function
        self._settings = settings
        self._repository = repository

    async def of(self, change: Change, *, lookups: bool) -> Sequence[Request]:
        """What a model is asked in the review of `change`."""
        engine, memory = RecordingEngine(), RunJournal()
        router = Router((engine,), private_local_only=False)
        reviewer = Reviewer(self._function, router, memory, memory.ledger, PrometheusMetrics())
        features = self._settings.features.model_copy(update={"lookups": lookups})
        settings = self._settings.model_copy(update={"features": features})
        repository = self._repository if lookups else None
        library = change_sources.GitLibrary()
        await reviewer.review(
            change, ReviewOptions(settings=settings), library=library, repository=repository
        )
        return engine.asked


@asynccontextmanager
async def prompts(cache: Path) -> AsyncIterator[Prompts]:
    """The configured function and prompts, with indexes in `cache`."""
    settings = load(cache_dir=cache, review_lookups=True)
    function = review_function(settings, SANDBOX)
    async with opener(settings) as opened:
        yield Prompts(function, review_settings(settings), opened(LocatedRepository(_locate, _HistoryHere())))


async def measure(made: Prompts, repository: Repository, case: ElsewhereCase, checkout: Path) -> CaseResult:
    """Commits the change in `checkout` (see `begin`), reviews it twice, and goes back to the base."""
    commit_head(checkout, repository, case)
    with contextlib.chdir(checkout):
        given = await asyncio.to_thread(change_sources.from_git, _BASE)
        change = given.change.model_copy(update={"title": case.title, "body": case.body})
        asked = await made.of(change, lookups=True)
        asked_without = await made.of(change, lookups=False)
    return CaseResult(
        case=case,
        missing=_missing(case, asked),
        tokens=_tokens(asked),
        missing_without=_missing(case, asked_without),
        tokens_without=_tokens(asked_without),
    )


def begin(checkout: Path, repository: Repository) -> None:
    """Makes a git repository with the earlier commits and the base."""
    checkout.mkdir(parents=True)
    _git(checkout, "init", "--quiet", "--initial-branch", _BASE)
    tree = repository.first
    _commit(checkout, tree, "Begin")
    for earlier in repository.earlier:
        text = tree[earlier.path].replace(earlier.was, earlier.now)
        tree = {**tree, earlier.path: text}
        _commit(checkout, {earlier.path: text}, earlier.message)


def commit_head(checkout: Path, repository: Repository, case: ElsewhereCase) -> None:
    """Commits the change on a branch of its own."""
    _git(checkout, "checkout", "--quiet", "-B", case.id.replace("/", "-"), _BASE)
    head = repository.head(case)
    for path in repository.base.keys() - head.keys():
        (checkout / path).unlink()
    changed = {path: text for path, text in head.items() if repository.base.get(path) != text}
    _commit(checkout, changed, f"{case.title}\n\n{case.body}")


def _missing(case: ElsewhereCase, asked: Sequence[Request]) -> tuple[Needed, ...]:
    """What is missing in the question about the change that contains most."""
    texts = [_text(request) for request in asked if request.id.startswith("chunk/")]
    missing = [tuple(needed for needed in case.needed if not needed.is_in(text)) for text in texts]
    return min(missing, key=len, default=case.needed)


def _text(request: Request) -> str:
    return "\n".join(message.text for message in request.messages)


def _tokens(asked: Sequence[Request]) -> int:
    return sum(exact(message.text) for request in asked for message in request.messages)


class _HistoryHere:
    """The history of the repository in the working directory, up to the base of its change."""

    async def answer(self, lookup: Lookup) -> Passages:
        top = await asyncio.to_thread(change_sources.top_folder)
        return await CheckoutHistory(top, _BASE).answer(lookup)


async def _locate(indexes: Repositories) -> IndexedCommit:
    return await indexes.of_checkout(await asyncio.to_thread(change_sources.top_folder))


def _commit(checkout: Path, files: Tree, message: str) -> None:
    write_tree(checkout, files)
    _git(checkout, "add", "--all")
    _git(checkout, "commit", "--quiet", "--message", message)


def _git(checkout: Path, *words: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _GIT
    subprocess.run(("git", *words), cwd=checkout, env=environment, check=True, capture_output=True)
