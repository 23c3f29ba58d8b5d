"""Resolvers of queries: repositories, their files, and the threads of a pull."""

from typing import Any

from graphql import GraphQLError

from github_simulator.api.access import Need, check_access, reads
from github_simulator.api.api_request import ApiRequest
from github_simulator.api.refusals import Refusal
from github_simulator.graph import nodes
from github_simulator.graph.connections import connection
from github_simulator.graph.failures import failure, no_such, of_refusal
from github_simulator.shapes.site import node
from github_simulator.state import Pull, Repository, Unknown

Shape = dict[str, Any]


class Queries:
    """The fields of GitHub's `Query`, for one request."""

    def __init__(self, request: ApiRequest) -> None:
        self._request = request

    def repository(self, _info: Any, owner: str, name: str) -> Shape:
        full_name = f"{owner}/{name}"
        try:
            repo = self._request.world.find_repository(full_name)
            self._check(reads("metadata"), repo.full_name)
        except (Unknown, Refusal):
            raise no_such("Repository", f"with the name '{full_name}'") from None
        return {
            "id": node("Repository", repo.id),
            "nameWithOwner": repo.full_name,
            "object": lambda _info, expression=None: self._object(repo, expression),
            "pullRequest": lambda _info, number: self._pull(repo, number),
        }

    def _object(self, repo: Repository, expression: str | None) -> Shape | None:
        """The object that a git expression names: "REVISION", or "REVISION:PATH"."""
        self._require(reads("contents"), repo)
        revision, colon, path = (expression or "").partition(":")
        if revision.startswith("-"):
            return None
        if not colon:
            commit = repo.commit(revision)
            return nodes.commit(commit.sha, commit.message) if commit else None
        tree = repo.tree(revision)
        if tree is None or path.startswith(("./", "../")):
            return None
        entry = tree.get(path)
        if entry is not None:
            return nodes.blob(entry)
        children = [candidate for candidate in tree.paths() if not path or candidate.startswith(f"{path}/")]
        return nodes.folder(children) if children else None

    def _pull(self, repo: Repository, number: int) -> Shape:
        self._require(reads("pull_requests"), repo)
        pull = repo.pulls.get(number)
        if pull is None:
            raise no_such("PullRequest", f"with the number of {number}")
        return {
            "id": node("PullRequest", pull.id),
            "number": number,
            "reviewThreads": lambda _info, **page: _threads(pull, **page),
        }

    def _require(self, need: Need, repo: Repository) -> None:
        try:
            self._check(need, repo.full_name)
        except Refusal as refusal:
            raise _forbidden(refusal) from None

    def _check(self, need: Need, full_name: str) -> None:
        check_access(self._request.world, need, self._request.visitor, full_name)


def _threads(pull: Pull, **page: Any) -> Shape:
    return connection("reviewThreads", list(pull.threads), lambda first: nodes.thread(pull, first), **page)


def _forbidden(refusal: Refusal) -> GraphQLError:
    if refusal.status == 403:
        return failure("FORBIDDEN", refusal.message)
    return of_refusal(refusal)
