"""What can be done: resolving threads and minimising comments."""

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

_RESOLVING = writes("contents")  # GitHub asks an App for no less
_MINIMISING = writes("pull_requests")


class Mutations:
    """The fields of GitHub's `Mutation`, for one request."""

    def __init__(self, asked: ApiRequest) -> None:
        self._asked = asked

    def resolveReviewThread(self, _info: Any, input: Shape) -> Shape:  # noqa: A002, N802 - GitHub's names
        pull, first = self._thread(input["threadId"])
        if first not in pull.resolved:
            pull.resolved[first] = self._asked.actor
            self._asked.events.thread("resolved", pull, first, self._asked.actor)
        return _done(input, "thread", nodes.thread(pull, first))

    def unresolveReviewThread(self, _info: Any, input: Shape) -> Shape:  # noqa: A002, N802
        pull, first = self._thread(input["threadId"])
        if pull.resolved.pop(first, None) is not None:
            self._asked.events.thread("unresolved", pull, first, self._asked.actor)
        return _done(input, "thread", nodes.thread(pull, first))

    def minimizeComment(self, _info: Any, input: Shape) -> Shape:  # noqa: A002, N802
        pull, said = self._comment(input["subjectId"])
        self._require(_MINIMISING, pull)
        said.minimised = True
        return _done(input, "minimizedComment", nodes.comment(said))

    def _thread(self, name: str) -> tuple[Pull, int]:
        """Those who may write resolve any thread, and authors those on their own pulls."""
        number = number_in(name, THREAD)
        for pull in self._asked.world.pulls():
            if number is not None and number in pull.threads:
                if pull.author is not self._asked.visitor.account:
                    self._require(_RESOLVING, pull)
                return pull, number
        raise _unresolvable(name)

    def _comment(self, name: str) -> tuple[Pull, InlineComment]:
        number = number_in(name, COMMENT)
        for pull in self._asked.world.pulls():
            if number is not None and number in pull.inline:
                return pull, pull.inline[number]
        raise _unresolvable(name)

    def _require(self, need: Need, pull: Pull) -> None:
        """Users need the right to write in the repository, whatever their token may."""
        asked = self._asked
        try:
            check_access(asked.world, need, asked.visitor, pull.repository)
        except Refusal as refusal:
            raise failure("FORBIDDEN", refusal.message) from None
        known = asked.world.repository(pull.repository)
        if not (asked.by_app or known.allows(asked.visitor.account, "write")):
            message = f"{asked.actor.login} does not have the correct permissions to execute this mutation"
            raise failure("FORBIDDEN", message)


def _unresolvable(name: str) -> GraphQLError:
    return no_such("node", f"with the global id of '{name}'")


def _done(sent: Shape, field: str, shape: Shape) -> Shape:
    return {"clientMutationId": sent.get("clientMutationId"), field: shape}
