"""Paths in GitHub's API, with their parts made safe."""

from urllib.parse import quote

from bot.core.change import PullRef


def part(text: str) -> str:
    """One segment of a path."""
    return quote(text, safe="")


def repository_path(repository: str) -> str:
    owner, _, name = repository.partition("/")
    return f"/repos/{part(owner)}/{part(name)}"


def pull_path(ref: PullRef) -> str:
    return f"{repository_path(ref.repository)}/pulls/{ref.number}"


def issue_path(ref: PullRef) -> str:
    """A pull request is an issue, too: its conversation and reactions are found here."""
    return f"{repository_path(ref.repository)}/issues/{ref.number}"
