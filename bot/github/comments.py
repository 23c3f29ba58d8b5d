"""The bot's comments in the conversation of a pull request, and its reactions to other comments."""

from bot.core.change import PullRef
from bot.core.comments.comment import Comment, MarkedText, Reaction
from bot.github.api import Api
from bot.github.failures import CallRejected, Unanswered
from bot.github.own_account import OwnAccount
from bot.github.paths import issue_path, repository_path
from bot.github.shapes import CommentShape
from bot.github.webhooks.payloads import Payload

_GONE = (404, 410)


class Comments:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account

    async def find(self, ref: PullRef, marker: str) -> Comment | None:
        """The bot's oldest comment that contains `marker`; comments of others are ignored."""
        async for shape in self._api.pages(ref, f"{issue_path(ref)}/comments", CommentShape):
            body = shape.body or ""
            if marker in body and await self._account.wrote(shape.user):
                return Comment(id=shape.id, author=await self._account.login(), body=body)
        return None

    async def put(
        self, ref: PullRef, text: MarkedText, known: int | None, *, create: bool = True
    ) -> int | None:
        """Updates comment `known`, or else the one that contains its marker, or else creates one.

        Returns the comment's id; None if neither exists and `create` is False.
        """
        if known is not None and await self._update(ref, known, text.body):
            return known
        found = await self.find(ref, text.marker)
        if found and (found.body == text.body or await self._update(ref, found.id, text.body)):
            return found.id
        if found and await self.find(ref, text.marker):
            await self._change(ref, found.id, text.body)  # it exists, although GitHub answered 404
            return found.id
        return await self.create(ref, text) if create else None

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        """Idempotent; ignores a comment that was deleted."""
        path = f"{_comment(ref, comment, 'pulls' if on_lines else 'issues')}/reactions"
        try:
            await self._api.update(ref, path, {"content": reaction.value}, Payload, method="POST")
        except CallRejected as error:
            if error.status not in _GONE:
                raise

    async def _change(self, ref: PullRef, comment: int, body: str) -> None:
        await self._api.update(ref, _comment(ref, comment), {"body": body}, CommentShape)

    async def _update(self, ref: PullRef, comment: int, body: str) -> bool:
        """False if GitHub says that the comment was deleted."""
        try:
            await self._change(ref, comment, body)
        except CallRejected as error:
            if error.status not in _GONE:
                raise
            return False
        return True

    async def create(self, ref: PullRef, text: MarkedText) -> int:
        """If no answer arrives, the comment may exist nevertheless: looks for it, and raises `Unanswered` if
        it is not found.
        """
        try:
            path = f"{issue_path(ref)}/comments"
            created = await self._api.write(ref, path, {"body": text.body}, CommentShape)
        except Unanswered:
            found = await self.find(ref, text.marker)
            if found is None:
                raise
            return found.id
        return created.id


def _comment(ref: PullRef, comment: int, kind: str = "issues") -> str:
    return f"{repository_path(ref.repository)}/{kind}/comments/{comment}"
