"""Resolvers of mutations: resolve threads and minimise comments."""

from typing import Any

from graphql import GraphQLError

from github_simulator.api.access import Need, check_access, writes
from github_simulator.api.api_request import ApiRequest
from github_simulator.api.refusals import Refusal
from github_simulator.graph import nodes
from github_simulator.graph.failures import failure, no_such
from github_simulator.shapes.site import COMMENT, THREAD, number_in
from github_simulator.state import InlineComment, Pull

Shape = dict[str, Any]

_RESOLVING = writes("contents")  # GitHub's requirement for Apps
_MINIMISING = writes("pull_requests")


class Mutations:
    """The fields of GitHub's `Mutation`, for one request."""

    def __init__(self, request: ApiRequest) -> None:
        self._request = request

    def resolveReviewThread(self, _info: Any, input: Shape) -> Shape:  # noqa: A002, N802 - GitHub's names
        pull, first = self._thread(input["threadId"])
        if first not in pull.resolved:
            pull.resolved[first] = self._request.actor
            self._request.events.thread("resolved", pull, first, self._request.actor)
        return _payload(input, "thread", nodes.thread(pull, first))

    def unresolveReviewThread(self, _info: Any, input: Shape) -> Shape:  # noqa: A002, N802
        pull, first = self._thread(input["threadId"])
        if pull.resolved.pop(first, None) is not None:
            self._request.events.thread("unresolved", pull, first, self._request.actor)
        return _payload(input, "thread", nodes.thread(pull, first))

    def minimizeComment(self, _info: Any, input: Shape) -> Shape:  # noqa: A002, N802
        pull, comment = self._comment(input["subjectId"])
        self._require(_MINIMISING, pull)
        comment.minimised = True
        return _payload(input, "minimizedComment", nodes.comment(comment))

    def _thread(self, name: str) -> tuple[Pull, int]:
        """The thread. Users with write permission may resolve any thread, authors those on their pulls."""
        number = number_in(name, THREAD)
        for pull in self._request.world.pulls():
            if number is not None and number in pull.threads:
                if pull.author is not self._request.visitor.account:
                    self._require(_RESOLVING, pull)
                return pull, number
        raise _unresolvable(name)

    def _comment(self, name: str) -> tuple[Pull, InlineComment]:
        number = number_in(name, COMMENT)
        for pull in self._request.world.pulls():
            if number is not None and number in pull.inline:
                return pull, pull.inline[number]
        raise _unresolvable(name)

    def _require(self, need: Need, pull: Pull) -> None:
        """Users need write permission on the repository, in addition to the token's permission."""
        request = self._request
        try:
            check_access(request.world, need, request.visitor, pull.repository)
        except Refusal as refusal:
            raise failure("FORBIDDEN", refusal.message) from None
        repo = request.world.repository(pull.repository)
        if not (request.by_app or repo.allows(request.visitor.account, "write")):
            message = f"{request.actor.login} does not have the correct permissions to execute this mutation"
            raise failure("FORBIDDEN", message)


def _unresolvable(name: str) -> GraphQLError:
    return no_such("node", f"with the global id of '{name}'")


def _payload(sent: Shape, field: str, shape: Shape) -> Shape:
    return {"clientMutationId": sent.get("clientMutationId"), field: shape}
