"""Creates the indexes of repositories that reviews look things up in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from bot.core.change import Pull
from bot.github import GitHubForge
from bot.repository.process import IndexProcess
from bot.repository.repositories import IndexedCommit, Repositories
from bot.review.produce.lookups import Open
from bot.settings import Settings


def repositories(settings: Settings, process: IndexProcess) -> Repositories:
    """The indexes in the cache directory."""
    return Repositories(settings.cache_dir / "repositories", process)


def of_pulls(settings: Settings, process: IndexProcess, github: GitHubForge) -> Callable[[Pull], Open] | None:
    """Opens the repositories of pull requests at their heads; None if REVIEW_LOOKUPS is false."""
    if not settings.review_lookups:
        return None
    indexes = repositories(settings, process)

    def of_pull(pull: Pull) -> Open:
        async def opened() -> IndexedCommit:
            return await indexes.at(github.repository(pull.ref), pull.head)

        return opened

    return of_pull


Locate = Callable[[Repositories], Awaitable[IndexedCommit]]


@asynccontextmanager
async def opener(settings: Settings) -> AsyncIterator[Callable[[Locate], Open | None]]:
    """Makes what opens a repository from what finds it; None if REVIEW_LOOKUPS is false. The process that
    reads repositories ends with the context.
    """
    process = IndexProcess()
    indexes = repositories(settings, process)
    try:
        yield lambda locate: partial(locate, indexes) if settings.review_lookups else None
    finally:
        await process.aclose()
