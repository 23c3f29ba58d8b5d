"""The commits of a pull request."""

import structlog

from bot.core.change import Commit, PullRef
from bot.core.errors import Refused
from bot.github.api import Api
from bot.github.failures import Unanswered, names_wait
from bot.github.paths import pull_path, repository_path
from bot.github.shapes import CommitFilesShape, CommitShape

log = structlog.get_logger()

FEWEST, MOST = 2, 20  # commits whose paths are asked for, one request each


async def fetch_commits(api: Api, ref: PullRef) -> tuple[Commit, ...]:
    """The oldest first, 250 at most (GitHub lists no more)."""
    shapes = [shape async for shape in api.pages(ref, f"{pull_path(ref)}/commits", CommitShape)]
    detailed = FEWEST <= len(shapes) <= MOST
    paths = await _all_paths(api, ref, shapes) if detailed else {}
    return tuple(
        Commit(
            sha=shape.sha,
            message=shape.commit.message,
            author=_author(shape),
            paths=paths.get(shape.sha, ()),
        )
        for shape in shapes
    )


def _author(shape: CommitShape) -> str:
    if shape.author:
        return shape.author.login
    return shape.commit.author.name if shape.commit.author else ""


async def _all_paths(api: Api, ref: PullRef, shapes: list[CommitShape]) -> dict[str, tuple[str, ...]]:
    """By commit. A merge's paths are those of the other branch, and say nothing about the pull request.

    Where one commit's cannot be had, the others are not asked for.
    """
    found: dict[str, tuple[str, ...]] = {}
    for shape in shapes:
        if len(shape.parents) > 1:
            continue
        try:
            found[shape.sha] = await _paths(api, ref, shape.sha)
        except (Refused, Unanswered) as error:
            if names_wait(error):
                raise
            log.warning("the paths of commits cannot be read", pull=str(ref), reason=str(error))
            break
    return found


async def _paths(api: Api, ref: PullRef, sha: str) -> tuple[str, ...]:
    """The first 300 paths that a commit touches."""
    path = f"{repository_path(ref.repository)}/commits/{sha}"
    shape = await api.read(ref, path, CommitFilesShape, {"per_page": 100})
    return tuple(file.filename for file in shape.files)
