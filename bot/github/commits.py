"""The commits of a pull request."""

from bot.core.change import Commit, PullRef
from bot.github.api import Api
from bot.github.optional import optional
from bot.github.paths import pull_path, repository_path
from bot.github.shapes import CommitFilesShape, CommitShape

FEWEST, MOST = 2, 20  # commits whose paths are asked for, one request each


async def fetch_commits(api: Api, ref: PullRef) -> tuple[Commit, ...]:
    """The oldest first, 250 at most (GitHub lists no more)."""
    shapes = [shape async for shape in api.pages(ref, f"{pull_path(ref)}/commits", CommitShape)]
    detailed = FEWEST <= len(shapes) <= MOST
    return tuple([await _commit(api, ref, shape, detailed=detailed) for shape in shapes])


async def _commit(api: Api, ref: PullRef, shape: CommitShape, *, detailed: bool) -> Commit:
    """A merge's paths are those of the other branch, and say nothing about the pull request."""
    own = detailed and len(shape.parents) < 2
    return Commit(
        sha=shape.sha,
        message=shape.commit.message,
        author=_author(shape),
        paths=await optional(_paths(api, ref, shape.sha), (), what="paths of a commit", ref=ref)
        if own
        else (),
    )


def _author(shape: CommitShape) -> str:
    if shape.author:
        return shape.author.login
    return (shape.commit.author and shape.commit.author.name) or ""


async def _paths(api: Api, ref: PullRef, sha: str) -> tuple[str, ...]:
    """The first 300 paths that a commit touches."""
    path = f"{repository_path(ref.repository)}/commits/{sha}"
    shape = await api.read(ref, path, CommitFilesShape, {"per_page": 100})
    return tuple(file.filename for file in shape.files)
