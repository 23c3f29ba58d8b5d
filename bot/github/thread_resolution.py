"""Puts away what is done with: resolves threads, and minimises comments."""

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


class _Done(Payload):
    """What a mutation tells is what was asked of it."""


class ThreadResolution:
    """False wherever GitHub will not; that the bot may not is remembered for an hour."""

    def __init__(self, graph: GraphqlClient) -> None:
        self._graph = graph
        self._resolving = MissingPermissions("resolving threads (contents: write)")
        self._minimising = MissingPermissions("minimising comments (pull_requests: write)")

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool) -> bool:
        return await self._do(self._resolving, ref, RESOLVE if resolved else UNRESOLVE, {"thread": thread})

    async def minimise(self, ref: PullRef, node: str) -> bool:
        return await self._do(self._minimising, ref, MINIMISE, {"comment": node})

    async def _do(
        self, grants: MissingPermissions, ref: PullRef, mutation: str, named: dict[str, Any]
    ) -> bool:
        if grants.lacking(ref.repository) or not all(named.values()):
            return False
        try:
            await self._graph.ask(ref.repository, ref.installation, mutation, named, _Done)
        except CallRejected as error:
            if isinstance(error, NoGraph) or error.status == _FORBIDDEN:
                grants.refused(ref.repository, error)
            else:
                log.info("not put away", pull=str(ref), reason=str(error))
            return False
        return True
