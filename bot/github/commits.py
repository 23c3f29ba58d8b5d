"""The commits of a pull request."""

from bot.core.best_effort import best_effort, readable
from bot.core.change import Commit, PullRef
from bot.github.api import Api
from bot.github.paths import pull_path, repository_path
from bot.github.shapes import CommitFilesShape, CommitShape

FEWEST, MOST = 2, 20  # commits whose paths are asked for, one request each


async def fetch_commits(api: Api, ref: PullRef) -> tuple[Commit, ...]:
    """The oldest first, 250 at most (GitHub lists no more)."""
    listed = api.pages(ref, f"{pull_path(ref)}/commits", CommitShape)
    shapes = [shape async for shape in readable(listed, what="commits", ref=ref)]
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

    Where GitHub does not tell one commit's, the others are not asked for.
    """
    found: dict[str, tuple[str, ...]] = {}
    for shape in shapes:
        if len(shape.parents) > 1:
            continue
        paths = await best_effort(_paths(api, ref, shape.sha), None, what="the paths of commits", ref=ref)
        if paths is None:
            break
        found[shape.sha] = paths
    return found


async def _paths(api: Api, ref: PullRef, sha: str) -> tuple[str, ...]:
    """The first 300 paths that a commit touches."""
    path = f"{repository_path(ref.repository)}/commits/{sha}"
    shape = await api.read(ref, path, CommitFilesShape, {"per_page": 100})
    return tuple(file.filename for file in shape.files)
