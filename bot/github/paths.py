"""Builds paths of GitHub's API from percent-encoded segments."""

from urllib.parse import quote

from bot.core.change import PullRef


def part(text: str) -> str:
    """One percent-encoded segment of a path."""
    return quote(text, safe="")


def repository_path(repository: str) -> str:
    owner, _, name = repository.partition("/")
    return f"/repos/{part(owner)}/{part(name)}"


def pull_path(ref: PullRef) -> str:
    return f"{repository_path(ref.repository)}/pulls/{ref.number}"


def issue_path(ref: PullRef) -> str:
    """The path of the pull request as an issue: its conversation, labels and reactions."""
    return f"{repository_path(ref.repository)}/issues/{ref.number}"
