"""Reviews with their comments on lines. Safe to repeat after a crash at any point.

GitHub takes a review as a whole or not at all, and does not say which comment it was that it would not
take. Then the comments are sent one by one, and the review's body, which holds the marker, behind them:
where the marker is, everything has been sent. Comments on whole files GitHub takes only by themselves.
What is refused is told, not raised: some of the comments may stand.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog

from bot.core.change import PullRef
from bot.core.comments.comment import InlineComment, PostingResult
from bot.core.review import Side
from bot.github.api import Api
from bot.github.failures import CallRejected, Unanswered
from bot.github.own_account import OwnAccount
from bot.github.paths import pull_path
from bot.github.shapes import CommentShape, InlineShape, ReviewShape

log = structlog.get_logger()

_UNPROCESSABLE = 422
_SIDES = {Side.LEFT: "LEFT", Side.RIGHT: "RIGHT"}
_COMMENT, _BLOCK = "COMMENT", "REQUEST_CHANGES"
_BLOCKING = "CHANGES_REQUESTED"
_OWN = "request changes on your own"
_DISMISSED = "can not dismiss a"  # in GitHub's words on a review that requests nothing
_PENDING = "PENDING"
_ONE_PENDING = "one pending review"
_OF_PLACES = re.compile(r"\b(?:line|path|diff|hunk|position|side)\b")  # in GitHub's words on a single comment


class _Posted(NamedTuple):
    """By what a comment on lines is known again. Without `line` it is on the whole file."""

    path: str
    line: int | None
    side: str | None
    body: str


class _Draft(NamedTuple):
    """A review that is to be submitted."""

    head: str
    marker: str
    body: str
    event: str


class Reviews:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account

    async def put(
        self,
        ref: PullRef,
        head: str,
        marker: str,
        body: str,
        comments: Sequence[InlineComment],
        *,
        blocking: bool = False,
    ) -> PostingResult:
        """Submits one review, unless one holds `marker`. Raises `CallRejected` where nobody can tell what is
        there already.
        """
        draft = _Draft(head, marker, body, _BLOCK if blocking else _COMMENT)
        posted = await self._posted(ref, head) if comments else frozenset()
        left = _others(comments, posted)
        if await self._is_there(ref, marker):
            return PostingResult(left)
        whole = await self._add_each(ref, head, [comment for comment in left if comment.whole])
        lined = [comment for comment in left if not comment.whole]
        refusal = await self._submitted(ref, draft, lined)
        if refusal is None:
            return whole
        return await self._one_by_one(ref, draft, lined, whole, refusal)

    async def _one_by_one(
        self,
        ref: PullRef,
        draft: _Draft,
        lined: Sequence[InlineComment],
        whole: PostingResult,
        refusal: CallRejected,
    ) -> PostingResult:
        """After the review was refused: what can be had without it. `whole` are the comments on files."""
        each = PostingResult(lined) if whole.error else await self._add_each(ref, draft.head, lined)
        error = whole.error or each.error
        blocking = draft.event == _BLOCK
        last: CallRejected | None = refusal
        if lined and (blocking or error is None):
            last = await self._submitted(ref, draft, ())
        if last is not None:
            log.warning("a review was not taken", pull=str(ref), reason=str(last))
        return PostingResult((*whole.refused, *each.refused), error, last if blocking else None)

    async def unblock(self, ref: PullRef, reason: str) -> None:
        """Dismisses the bot's reviews that request changes."""
        path = f"{pull_path(ref)}/reviews"
        blocking = [
            shape.id
            async for shape in self._api.pages(ref, path, ReviewShape)
            if shape.state == _BLOCKING and await self._account.wrote(shape.user)
        ]
        for review in blocking:
            await self._dismiss(ref, f"{path}/{review}/dismissals", reason)

    async def _dismiss(self, ref: PullRef, path: str, reason: str) -> None:
        """One that is dismissed already needs it no more."""
        try:
            dismissal = {"message": reason, "event": "DISMISS"}
            await self._api.update(ref, path, dismissal, ReviewShape, method="PUT")
        except CallRejected as error:
            if _DISMISSED not in error.reason.lower():
                raise
            log.info("a review that requested changes does so no more", pull=str(ref), reason=str(error))

    async def _submitted(
        self, ref: PullRef, draft: _Draft, comments: Sequence[InlineComment]
    ) -> CallRejected | None:
        """Why GitHub does not take the review; None when it does."""
        try:
            await self._submit(ref, draft, comments)
        except CallRejected as error:
            return error
        return None

    async def _submit(self, ref: PullRef, draft: _Draft, comments: Sequence[InlineComment]) -> None:
        """Nobody can request changes on their own pull request: there it is said without. A review that the
        App has begun and not sent is in the way, and nobody else sees it.
        """
        try:
            await self._send(ref, draft, comments)
        except CallRejected as error:
            words = error.reason.lower()
            if draft.event == _BLOCK and _OWN in words:
                draft = draft._replace(event=_COMMENT)
            elif not (_ONE_PENDING in words and await self._drop_pending(ref)):
                raise
            await self._send(ref, draft, comments)

    async def _drop_pending(self, ref: PullRef) -> bool:
        """Whether an unsent review was deleted. That of a plain token's owner may be a person's draft: it
        stays.
        """
        if not self._account.of_app:
            return False
        path = f"{pull_path(ref)}/reviews"
        pending = [
            shape.id
            async for shape in self._api.pages(ref, path, ReviewShape)
            if shape.state == _PENDING and await self._account.wrote(shape.user)
        ]
        for review in pending:
            await self._api.delete(ref, f"{path}/{review}", ReviewShape)
            log.warning("a review that was never sent is deleted", pull=str(ref), review=review)
        return bool(pending)

    async def _send(self, ref: PullRef, draft: _Draft, comments: Sequence[InlineComment]) -> None:
        """When no answer comes, the review may be there all the same."""
        content = {
            "commit_id": draft.head,
            "event": draft.event,
            "body": draft.body,
            "comments": [_content(comment) for comment in comments],
        }
        try:
            await self._api.write(ref, f"{pull_path(ref)}/reviews", content, ReviewShape)
        except Unanswered:
            if not await self._is_there(ref, draft.marker):
                raise

    async def _add_each(self, ref: PullRef, head: str, comments: Sequence[InlineComment]) -> PostingResult:
        """What is refused for another reason than its place is refused to all that follow, too."""
        refused: list[InlineComment] = []
        error: CallRejected | None = None
        for comment in comments:
            refusal = error or await self._add(ref, head, comment)
            if refusal is not None:
                refused.append(comment)
                error = None if _is_about_place(refusal) else refusal
        return PostingResult(refused, error)

    async def _add(self, ref: PullRef, head: str, comment: InlineComment) -> CallRejected | None:
        """Posts a comment alone. Returns why GitHub does not take it, if it does not."""
        content = {"commit_id": head, **_content(comment)}
        try:
            await self._api.write(ref, f"{pull_path(ref)}/comments", content, CommentShape)
        except CallRejected as error:
            return error
        except Unanswered:
            if _key(comment) not in await self._posted(ref, head):
                raise
        return None

    async def _is_there(self, ref: PullRef, marker: str) -> bool:
        async for shape in self._api.pages(ref, f"{pull_path(ref)}/reviews", ReviewShape):
            if marker in (shape.body or "") and await self._account.wrote(shape.user):
                return True
        return False

    async def _posted(self, ref: PullRef, head: str) -> frozenset[_Posted]:
        """The bot's comments on lines of commit `head`."""
        return frozenset(
            [
                _known(shape)
                async for shape in self._api.pages(ref, f"{pull_path(ref)}/comments", InlineShape)
                if shape.original_commit_id == head and await self._account.wrote(shape.user)
            ]
        )


def _is_about_place(error: CallRejected) -> bool:
    """Whether GitHub only does not take a comment where it was to stand."""
    return error.status == _UNPROCESSABLE and bool(_OF_PLACES.search(error.reason.lower()))


def _others(comments: Sequence[InlineComment], posted: frozenset[_Posted]) -> Sequence[InlineComment]:
    return [comment for comment in comments if _key(comment) not in posted]


def _key(comment: InlineComment) -> _Posted:
    body = comment.body.strip()
    if comment.whole:
        return _Posted(comment.path, None, None, body)
    return _Posted(comment.path, comment.end, _SIDES[comment.side], body)


def _known(shape: InlineShape) -> _Posted:
    body = (shape.body or "").strip()
    if shape.subject_type == "file":
        return _Posted(shape.path, None, None, body)
    return _Posted(shape.path, shape.original_line or shape.line, shape.side, body)


def _content(comment: InlineComment) -> dict[str, Any]:
    """GitHub calls the last line `line`, and wants `start_line` only where it is another one."""
    if comment.whole:
        return {"path": comment.path, "body": comment.body, "subject_type": "file"}
    side = _SIDES[comment.side]
    content = {"path": comment.path, "line": comment.end, "side": side, "body": comment.body}
    if comment.line < comment.end:
        content |= {"start_line": comment.line, "start_side": side}
    return content
