"""Creates the indexes of repositories that reviews look things up in, and what tells their history."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

from bot.core.change import Pull
from bot.github import GitHubForge
from bot.repository.history import SourceHistory
from bot.repository.process import IndexProcess
from bot.repository.repositories import IndexedCommit, Repositories
from bot.review.ports import Repository
from bot.review.produce.lookups import Open, with_history
from bot.settings import Settings

Locate = Callable[[Repositories], Awaitable[IndexedCommit]]


class LocatedRepository(NamedTuple):
    """`locate` finds the index of the files; `history` answers look-ups of history."""

    locate: Locate
    history: Repository


def repositories(settings: Settings, process: IndexProcess) -> Repositories:
    """The indexes in the cache directory."""
    return Repositories(settings.cache_dir / "repositories", process)


def of_pulls(settings: Settings, process: IndexProcess, github: GitHubForge) -> Callable[[Pull], Open] | None:
    """Opens the repositories of pull requests at their heads; None if REVIEW_LOOKUPS is false."""
    if not settings.review_lookups:
        return None
    indexes = repositories(settings, process)
    return lambda pull: _opened(indexes, located(github, pull))


def located(github: GitHubForge, pull: Pull) -> LocatedRepository:
    """The files at the head of a pull request, and the history up to its base."""
    source = github.repository(pull.ref)
    return LocatedRepository(
        lambda indexes: indexes.at(source, pull.head), SourceHistory(source, pull.origin)
    )


@asynccontextmanager
async def opener(settings: Settings) -> AsyncIterator[Callable[[LocatedRepository], Open | None]]:
    """Makes what opens a repository from what finds it; None if REVIEW_LOOKUPS is false. The process that
    reads repositories ends with the context.
    """
    process = IndexProcess()
    indexes = repositories(settings, process)
    try:
        yield lambda found: _opened(indexes, found) if settings.review_lookups else None
    finally:
        await process.aclose()


def _opened(indexes: Repositories, found: LocatedRepository) -> Open:
    return with_history(partial(found.locate, indexes), found.history)
