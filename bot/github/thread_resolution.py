"""Resolves threads and minimises comments, by GraphQL."""

from typing import Any

import structlog

from bot.core.change import PullRef
from bot.github.failures import CallRejected
from bot.github.graphql import GraphqlClient, NoGraph
from bot.github.missing_permissions import MissingPermissions
from bot.github.webhooks.payloads import Payload

log = structlog.get_logger()

RESOLVE = """\
mutation resolve($thread: ID!) {
  resolveReviewThread(input: { threadId: $thread }) { thread { isResolved } }
}
"""
UNRESOLVE = """\
mutation unresolve($thread: ID!) {
  unresolveReviewThread(input: { threadId: $thread }) { thread { isResolved } }
}
"""
MINIMISE = """\
mutation minimise($comment: ID!) {
  minimizeComment(input: { subjectId: $comment, classifier: RESOLVED }) {
    minimizedComment { isMinimized }
  }
}
"""
_FORBIDDEN = 403


class _Ignored(Payload):
    """The answer to a mutation, which is not read."""


class ThreadResolution:
    """Methods return False if GitHub refuses; a missing permission is remembered for an hour."""

    def __init__(self, graph: GraphqlClient) -> None:
        self._graph = graph
        self._resolving = MissingPermissions("resolve threads (contents: write)")
        self._minimising = MissingPermissions("minimise comments (pull_requests: write)")

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool) -> bool:
        return await self._mutate(
            self._resolving, ref, RESOLVE if resolved else UNRESOLVE, {"thread": thread}
        )

    async def minimise(self, ref: PullRef, node: str) -> bool:
        return await self._mutate(self._minimising, ref, MINIMISE, {"comment": node})

    async def _mutate(
        self, permissions: MissingPermissions, ref: PullRef, mutation: str, variables: dict[str, Any]
    ) -> bool:
        if permissions.lacking(ref.repository) or not all(variables.values()):
            return False
        try:
            await self._graph.ask(ref.repository, ref.installation, mutation, variables, _Ignored)
        except CallRejected as error:
            if isinstance(error, NoGraph) or error.status == _FORBIDDEN:
                permissions.refused(ref.repository, error)
            else:
                log.info("thread_resolution_refused", pull=str(ref), reason=str(error))
            return False
        return True
