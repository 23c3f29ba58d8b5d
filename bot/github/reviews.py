"""Reviews with their comments on lines. Safe to repeat after a crash at any point.

GitHub takes a review as a whole or not at all, and does not say which comment it was that it would not
take. Then the comments are sent one by one, and the review's body, which holds the marker, behind them:
where the marker is, everything has been sent.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.core.change import PullRef
from bot.core.comment import Inline
from bot.core.payloads import Payload
from bot.core.review import Side
from bot.github.account import OwnAccount
from bot.github.api import Api
from bot.github.failures import Rejected, Unanswered
from bot.github.paths import pull_path
from bot.github.shapes import InlineShape, ReviewShape

_UNPROCESSABLE = 422
_SIDES = {Side.LEFT: "LEFT", Side.RIGHT: "RIGHT"}


class _Posted(NamedTuple):
    """By what a comment on lines is known again."""

    path: str
    line: int | None
    side: str | None
    body: str


class Reviews:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account

    async def put(
        self, ref: PullRef, head: str, marker: str, body: str, comments: Sequence[Inline]
    ) -> Sequence[Inline]:
        """Submits one review, unless one holds `marker`. Returns the comments that GitHub did not take."""
        posted = await self._posted(ref, head) if comments else frozenset()
        if await self._is_there(ref, marker):
            return _others(comments, posted)
        left = _others(comments, posted)
        try:
            await self._submit(ref, head, marker, body, left)
        except Rejected as error:
            if error.status != _UNPROCESSABLE or not left:
                raise
        else:
            return ()
        refused = [comment for comment in left if not await self._add(ref, head, comment)]
        await self._submit(ref, head, marker, body, ())
        return refused

    async def bodies(self, ref: PullRef) -> Sequence[str]:
        """The texts of the bot's comments on lines, of all commits."""
        return [
            shape.body or ""
            async for shape in self._api.pages(ref, f"{pull_path(ref)}/comments", InlineShape)
            if await self._account.wrote(shape.user)
        ]

    async def _submit(
        self, ref: PullRef, head: str, marker: str, body: str, comments: Sequence[Inline]
    ) -> None:
        """When no answer comes, the review may be there all the same."""
        content = {
            "commit_id": head,
            "event": "COMMENT",
            "body": body,
            "comments": [_content(comment) for comment in comments],
        }
        try:
            await self._api.write(ref, f"{pull_path(ref)}/reviews", content, Payload)
        except Unanswered:
            if not await self._is_there(ref, marker):
                raise

    async def _add(self, ref: PullRef, head: str, comment: Inline) -> bool:
        """Posts a comment alone; False when GitHub does not take it on these lines."""
        content = {"commit_id": head, **_content(comment)}
        try:
            await self._api.write(ref, f"{pull_path(ref)}/comments", content, Payload)
        except Rejected as error:
            if error.status != _UNPROCESSABLE:
                raise
            return False
        except Unanswered:
            if _key(comment) not in await self._posted(ref, head):
                raise
        return True

    async def _is_there(self, ref: PullRef, marker: str) -> bool:
        async for shape in self._api.pages(ref, f"{pull_path(ref)}/reviews", ReviewShape):
            if marker in (shape.body or "") and await self._account.wrote(shape.user):
                return True
        return False

    async def _posted(self, ref: PullRef, head: str) -> frozenset[_Posted]:
        """The bot's comments on lines of commit `head`."""
        return frozenset(
            [
                _Posted(shape.path, shape.original_line or shape.line, shape.side, (shape.body or "").strip())
                async for shape in self._api.pages(ref, f"{pull_path(ref)}/comments", InlineShape)
                if shape.original_commit_id == head and await self._account.wrote(shape.user)
            ]
        )


def _others(comments: Sequence[Inline], posted: frozenset[_Posted]) -> Sequence[Inline]:
    return [comment for comment in comments if _key(comment) not in posted]


def _key(comment: Inline) -> _Posted:
    return _Posted(comment.path, comment.end, _SIDES[comment.side], comment.body.strip())


def _content(comment: Inline) -> dict[str, Any]:
    """GitHub calls the last line `line`, and wants `start_line` only where it is another one."""
    side = _SIDES[comment.side]
    content = {"path": comment.path, "line": comment.end, "side": side, "body": comment.body}
    if comment.line < comment.end:
        content |= {"start_line": comment.line, "start_side": side}
    return content
