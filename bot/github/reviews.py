"""Posts reviews with their inline comments. Safe to repeat after a crash at any point.

GitHub accepts a review as a whole or not at all, and does not say which comment it refused. In that case the
comments are sent one by one, and the review's body, which contains the marker, last: if the marker exists,
everything has been sent. Comments on whole files must be sent separately. Refused comments are returned, not
raised, because other comments may have been posted.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog

from bot.core.change import PullRef
from bot.core.comments.comment import InlineComment, MarkedText, PostingResult
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
_OWN_PULL = "request changes on your own"
_NOT_DISMISSABLE = "can not dismiss a"  # in GitHub's message for a review that requests no changes
_PENDING = "PENDING"
_ONE_PENDING = "one pending review"
_LOCATION_WORDS = re.compile(
    r"\b(?:line|path|diff|hunk|position|side)\b"
)  # in GitHub's message for a single comment


class _CommentKey(NamedTuple):
    """Identifies an inline comment. Without `line` it is on the whole file."""

    path: str
    line: int | None
    side: str | None
    body: str


class _Draft(NamedTuple):
    """A review to submit."""

    head: str
    text: MarkedText
    event: str


class Reviews:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account

    async def put(
        self,
        ref: PullRef,
        head: str,
        text: MarkedText,
        comments: Sequence[InlineComment],
        *,
        blocking: bool = False,
    ) -> PostingResult:
        """Submits one review, unless one contains the text's marker. Raises `CallRejected` if the existing
        comments or reviews cannot be read.
        """
        draft = _Draft(head, text, _BLOCK if blocking else _COMMENT)
        posted = await self._posted_keys(ref, head) if comments else frozenset()
        pending = _not_posted(comments, posted)
        if await self._is_posted(ref, text.marker):
            return PostingResult(pending)
        whole = await self._add_each(ref, head, [comment for comment in pending if comment.whole])
        inline = [comment for comment in pending if not comment.whole]
        refusal = await self._try_submit(ref, draft, inline)
        if refusal is None:
            return whole
        return await self._post_one_by_one(ref, draft, inline, whole, refusal)

    async def _post_one_by_one(
        self,
        ref: PullRef,
        draft: _Draft,
        inline: Sequence[InlineComment],
        whole: PostingResult,
        refusal: CallRejected,
    ) -> PostingResult:
        """Posts comments one by one after the review was refused. `whole` is the result for comments on
        files.
        """
        separate = PostingResult(inline) if whole.error else await self._add_each(ref, draft.head, inline)
        error = whole.error or separate.error
        blocking = draft.event == _BLOCK
        last: CallRejected | None = refusal
        if inline and (blocking or error is None):
            last = await self._try_submit(ref, draft, ())
        if last is not None:
            log.warning("review_refused", pull=str(ref), reason=str(last))
        return PostingResult((*whole.refused, *separate.refused), error, last if blocking else None)

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
        """Dismisses a review; ignores one that was dismissed already."""
        try:
            dismissal = {"message": reason, "event": "DISMISS"}
            await self._api.update(ref, path, dismissal, ReviewShape, method="PUT")
        except CallRejected as error:
            if _NOT_DISMISSABLE not in error.reason.lower():
                raise
            log.info("review_already_dismissed", pull=str(ref), reason=str(error))

    async def _try_submit(
        self, ref: PullRef, draft: _Draft, comments: Sequence[InlineComment]
    ) -> CallRejected | None:
        """Why GitHub refused the review; None if it accepted it."""
        try:
            await self._submit(ref, draft, comments)
        except CallRejected as error:
            return error
        return None

    async def _submit(self, ref: PullRef, draft: _Draft, comments: Sequence[InlineComment]) -> None:
        """Submits a review. On the bot's own pull request, where GitHub allows no request for changes, it
        becomes a comment. A pending review of the App, which would block this one, is deleted.
        """
        try:
            await self._send(ref, draft, comments)
        except CallRejected as error:
            message = error.reason.lower()
            if draft.event == _BLOCK and _OWN_PULL in message:
                draft = draft._replace(event=_COMMENT)
            elif not (_ONE_PENDING in message and await self._drop_pending(ref)):
                raise
            await self._send(ref, draft, comments)

    async def _drop_pending(self, ref: PullRef) -> bool:
        """Deletes the App's pending review; False if there is none. With a personal access token it may be a
        person's draft, and is kept.
        """
        if not self._account.is_app:
            return False
        path = f"{pull_path(ref)}/reviews"
        pending = [
            shape.id
            async for shape in self._api.pages(ref, path, ReviewShape)
            if shape.state == _PENDING and await self._account.wrote(shape.user)
        ]
        for review in pending:
            await self._api.delete(ref, f"{path}/{review}", ReviewShape)
            log.warning("pending_review_deleted", pull=str(ref), review=review)
        return bool(pending)

    async def _send(self, ref: PullRef, draft: _Draft, comments: Sequence[InlineComment]) -> None:
        """If no answer arrives, the review may exist nevertheless: looks for it."""
        content = {
            "commit_id": draft.head,
            "event": draft.event,
            "body": draft.text.body,
            "comments": [_content(comment) for comment in comments],
        }
        try:
            await self._api.write(ref, f"{pull_path(ref)}/reviews", content, ReviewShape)
        except Unanswered:
            if not await self._is_posted(ref, draft.text.marker):
                raise

    async def _add_each(self, ref: PullRef, head: str, comments: Sequence[InlineComment]) -> PostingResult:
        """Posts comments one by one; after a refusal that is not about the comment's location, skips the
        rest.
        """
        refused: list[InlineComment] = []
        error: CallRejected | None = None
        for comment in comments:
            refusal = error or await self._add(ref, head, comment)
            if refusal is not None:
                refused.append(comment)
                error = None if _is_about_location(refusal) else refusal
        return PostingResult(refused, error)

    async def _add(self, ref: PullRef, head: str, comment: InlineComment) -> CallRejected | None:
        """Posts a single comment. Returns why GitHub refused it, or None."""
        content = {"commit_id": head, **_content(comment)}
        try:
            await self._api.write(ref, f"{pull_path(ref)}/comments", content, CommentShape)
        except CallRejected as error:
            return error
        except Unanswered:
            if _key_of(comment) not in await self._posted_keys(ref, head):
                raise
        return None

    async def _is_posted(self, ref: PullRef, marker: str) -> bool:
        async for shape in self._api.pages(ref, f"{pull_path(ref)}/reviews", ReviewShape):
            if marker in (shape.body or "") and await self._account.wrote(shape.user):
                return True
        return False

    async def _posted_keys(self, ref: PullRef, head: str) -> frozenset[_CommentKey]:
        """The bot's inline comments on commit `head`."""
        return frozenset(
            [
                _key_of_posted(shape)
                async for shape in self._api.pages(ref, f"{pull_path(ref)}/comments", InlineShape)
                if shape.original_commit_id == head and await self._account.wrote(shape.user)
            ]
        )


def _is_about_location(error: CallRejected) -> bool:
    """Whether GitHub refused only the location of a comment."""
    return error.status == _UNPROCESSABLE and bool(_LOCATION_WORDS.search(error.reason.lower()))


def _not_posted(comments: Sequence[InlineComment], posted: frozenset[_CommentKey]) -> Sequence[InlineComment]:
    return [comment for comment in comments if _key_of(comment) not in posted]


def _key_of(comment: InlineComment) -> _CommentKey:
    body = comment.body.strip()
    if comment.whole:
        return _CommentKey(comment.path, None, None, body)
    return _CommentKey(comment.path, comment.end, _SIDES[comment.side], body)


def _key_of_posted(shape: InlineShape) -> _CommentKey:
    body = (shape.body or "").strip()
    if shape.subject_type == "file":
        return _CommentKey(shape.path, None, None, body)
    return _CommentKey(shape.path, shape.original_line or shape.line, shape.side, body)


def _content(comment: InlineComment) -> dict[str, Any]:
    """GitHub calls the last line `line`, and accepts `start_line` only if it differs."""
    if comment.whole:
        return {"path": comment.path, "body": comment.body, "subject_type": "file"}
    side = _SIDES[comment.side]
    content = {"path": comment.path, "line": comment.end, "side": side, "body": comment.body}
    if comment.line < comment.end:
        content |= {"start_line": comment.line, "start_side": side}
    return content
