"""Fetches the commits of a pull request."""

from bot.core.best_effort import best_effort, readable
from bot.core.change import Commit, PullRef
from bot.github.api import Api
from bot.github.paths import pull_path, repository_path
from bot.github.shapes import CommitFilesShape, CommitShape

MIN_COMMITS, MAX_COMMITS = 2, 20  # the paths of each commit cost one request


async def fetch_commits(api: Api, ref: PullRef) -> tuple[Commit, ...]:
    """Oldest first, at most 250 (GitHub's limit)."""
    items = api.pages(ref, f"{pull_path(ref)}/commits", CommitShape)
    shapes = [shape async for shape in readable(items, what="commits", ref=ref)]
    detailed = MIN_COMMITS <= len(shapes) <= MAX_COMMITS
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
    """Paths by commit. Skips merge commits: their paths come from the other branch.

    Stops at the first commit whose paths cannot be read.
    """
    by_commit: dict[str, tuple[str, ...]] = {}
    for shape in shapes:
        if len(shape.parents) > 1:
            continue
        paths = await best_effort(_paths(api, ref, shape.sha), None, what="the paths of commits", ref=ref)
        if paths is None:
            break
        by_commit[shape.sha] = paths
    return by_commit


async def _paths(api: Api, ref: PullRef, sha: str) -> tuple[str, ...]:
    """The first 300 paths that a commit touches."""
    path = f"{repository_path(ref.repository)}/commits/{sha}"
    shape = await api.read(ref, path, CommitFilesShape, {"per_page": 100})
    return tuple(file.filename for file in shape.files)
