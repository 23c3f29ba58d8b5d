"""Reads the issues that a pull request says it resolves. A review does without those that cannot be read."""

from collections.abc import Sequence

from bot.core.best_effort import best_effort
from bot.core.change import ClosedIssue, PullRef
from bot.github.api import Api
from bot.github.failures import CallRejected
from bot.github.missing_permissions import MissingPermissions
from bot.github.paths import repository_path
from bot.github.shapes import IssueShape

_FORBIDDEN = 403
_GONE = (301, 404, 410)  # moved to another repository, or deleted
_MAX_TEXT = 20_000  # characters


class Issues:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._permissions = MissingPermissions("read issues")

    async def fetch(self, ref: PullRef, numbers: Sequence[int]) -> Sequence[ClosedIssue]:
        """The issues with these numbers, without pull requests. Raises `Retry` if GitHub names a time."""
        found: list[ClosedIssue] = []
        for number in numbers:
            if self._permissions.lacking(ref.repository):
                break
            issue = await best_effort(self._one(ref, number), None, what="an issue to resolve", ref=ref)
            found += [issue] if issue else []
        return found

    async def _one(self, ref: PullRef, number: int) -> ClosedIssue | None:
        path = f"{repository_path(ref.repository)}/issues/{number}"
        try:
            shape = await self._api.read(ref, path, IssueShape)
        except CallRejected as error:
            if error.status == _FORBIDDEN:
                self._permissions.refused(ref.repository, error)
            elif error.status not in _GONE:
                raise
            return None
        if shape.pull_request is not None:
            return None
        return ClosedIssue(number=number, title=shape.title, text=(shape.body or "")[:_MAX_TEXT])
