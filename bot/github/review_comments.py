"""Review comments and their threads, read from the REST API's list of comments."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.core.comments.comment import MarkedText
from bot.core.findings.threads import LineContext, Thread, ThreadReply
from bot.core.review import Side, ThreadRemark
from bot.github.api import Api
from bot.github.failures import CallRejected, Unanswered
from bot.github.own_account import OwnAccount
from bot.github.paths import pull_path, repository_path
from bot.github.shapes import GivenShape, InlineShape

GHOST = "ghost"  # GitHub's name for a deleted account
_GONE = (404, 410)
_DISLIKE = "-1"


class ReviewComments:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account

    async def all(self, ref: PullRef) -> Sequence[Thread]:
        """The bot's threads. The REST API does not say which are resolved or minimised."""
        threads: defaultdict[int, list[InlineShape]] = defaultdict(list)
        async for shape in self._comments(ref):
            threads[shape.in_reply_to_id or shape.id].append(shape)
        return [
            await self._thread(ref, comments[0], comments[1:])
            for first, comments in threads.items()
            if comments[0].id == first and await self._account.wrote(comments[0].user)
        ]

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        """The lines and the thread of anybody's comment; None if it was deleted."""
        try:
            comment_shape = await self._api.read(ref, f"{_comments_path(ref)}/{comment}", InlineShape)
        except CallRejected as error:
            if error.status not in _GONE:
                raise
            return None
        first = comment_shape.in_reply_to_id or comment_shape.id
        listed = [shape async for shape in self._comments(ref) if first in (shape.id, shape.in_reply_to_id)]
        thread = listed or [comment_shape]
        return LineContext(
            first=first,
            path=thread[0].path,
            line=thread[0].start_line or thread[0].line,
            end=thread[0].line,
            side=_side(thread[0]),
            body=thread[0].body or "",
            own=await self._account.wrote(thread[0].user),
            remarks=tuple([await self._remark(shape) for shape in thread]),
        )

    async def reply(self, ref: PullRef, first: int, text: MarkedText) -> None:
        """Replies once; ignores a thread that was deleted. If no answer arrives, looks for the reply."""
        if await self._is_posted(ref, first, text.marker):
            return
        try:
            await self._api.write(
                ref, f"{pull_path(ref)}/comments/{first}/replies", {"body": text.body}, InlineShape
            )
        except CallRejected as error:
            if error.status not in _GONE or await self._is_listed(ref, first):
                raise
        except Unanswered:
            if not await self._is_posted(ref, first, text.marker):
                raise

    async def _is_listed(self, ref: PullRef, comment: int) -> bool:
        """Whether a comment is listed, even if GitHub answered 404 for it."""
        return any([shape.id == comment async for shape in self._comments(ref)])

    async def _is_posted(self, ref: PullRef, first: int, marker: str) -> bool:
        async for shape in self._comments(ref):
            is_reply = shape.in_reply_to_id == first and marker in (shape.body or "")
            if is_reply and await self._account.wrote(shape.user):
                return True
        return False

    def _comments(self, ref: PullRef) -> AsyncIterator[InlineShape]:
        """Oldest first."""
        return self._api.pages(ref, f"{pull_path(ref)}/comments", InlineShape)

    async def _thread(self, ref: PullRef, first: InlineShape, replies: Sequence[InlineShape]) -> Thread:
        return Thread(
            id="",
            comment=first.id,
            node=first.node_id,
            path=first.path,
            line=first.line,
            side=_side(first),
            body=first.body or "",
            dislikes=await best_effort(self._dislikes(ref, first), (), what="reactions", ref=ref),
            replies=tuple([await self._reply(reply) for reply in replies]),
        )

    async def _dislikes(self, ref: PullRef, shape: InlineShape) -> tuple[str, ...]:
        """Who gave a thumbs down; read only if the comment's summary counts any."""
        if not _has_dislikes(shape.reactions):
            return ()
        path = f"{_comments_path(ref)}/{shape.id}/reactions"
        reactions = self._api.pages(ref, path, GivenShape, {"content": _DISLIKE})
        return tuple([reaction.user.login async for reaction in reactions if reaction.user])

    async def _remark(self, shape: InlineShape) -> ThreadRemark:
        author = shape.user.login if shape.user else GHOST
        return ThreadRemark(author=author, mine=await self._account.wrote(shape.user), text=shape.body or "")

    async def _reply(self, shape: InlineShape) -> ThreadReply:
        remark = await self._remark(shape)
        return ThreadReply(author=remark.author, mine=remark.mine, text=remark.text, comment=shape.id)


def _has_dislikes(rollup: Mapping[str, object]) -> bool:
    return bool(rollup.get(_DISLIKE))


def _comments_path(ref: PullRef) -> str:
    return f"{repository_path(ref.repository)}/pulls/comments"


def _side(shape: InlineShape) -> Side:
    return Side.LEFT if shape.side == "LEFT" else Side.RIGHT
