"""Comments on lines and their threads, as the REST API lists them: comments, and what each answers."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.core.findings.threads import LineContext, Thread
from bot.core.review import Side, ThreadRemark
from bot.github.api import Api
from bot.github.failures import CallRejected, Unanswered
from bot.github.own_account import OwnAccount
from bot.github.paths import pull_path, repository_path
from bot.github.shapes import GivenShape, InlineShape

GHOST = "ghost"  # GitHub's own name for an account that is gone
_GONE = (404, 410)
_DISLIKE = "-1"


class ReviewComments:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account

    async def all(self, ref: PullRef) -> Sequence[Thread]:
        """The bot's. What was resolved or folded away is not known here."""
        spoken: defaultdict[int, list[InlineShape]] = defaultdict(list)
        async for shape in self._comments(ref):
            spoken[shape.in_reply_to_id or shape.id].append(shape)
        return [
            await self._thread(ref, said[0], said[1:])
            for first, said in spoken.items()
            if said[0].id == first and await self._account.wrote(said[0].user)
        ]

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        """What a comment is about, whoever wrote it; None when it is gone."""
        try:
            asked = await self._api.read(ref, f"{_comment(ref)}/{comment}", InlineShape)
        except CallRejected as error:
            if error.status not in _GONE:
                raise
            return None
        first = asked.in_reply_to_id or asked.id
        said = [one async for one in self._comments(ref) if first in (one.id, one.in_reply_to_id)] or [asked]
        return LineContext(
            first=first,
            path=said[0].path,
            line=said[0].start_line or said[0].line,
            end=said[0].line,
            side=_side(said[0]),
            body=said[0].body or "",
            own=await self._account.wrote(said[0].user),
            remarks=tuple([await self._remark(one) for one in said]),
        )

    async def reply(self, ref: PullRef, first: int, marker: str, body: str) -> None:
        """Once, and not at all where the thread is gone. When no answer comes, it may be there."""
        if await self._is_there(ref, first, marker):
            return
        try:
            await self._api.write(
                ref, f"{pull_path(ref)}/comments/{first}/replies", {"body": body}, InlineShape
            )
        except CallRejected as error:
            if error.status not in _GONE or await self._is_listed(ref, first):
                raise
        except Unanswered:
            if not await self._is_there(ref, first, marker):
                raise

    async def _is_listed(self, ref: PullRef, comment: int) -> bool:
        """Whether a comment is there, whatever else GitHub says of it."""
        return any([shape.id == comment async for shape in self._comments(ref)])

    async def _is_there(self, ref: PullRef, first: int, marker: str) -> bool:
        async for shape in self._comments(ref):
            answers = shape.in_reply_to_id == first and marker in (shape.body or "")
            if answers and await self._account.wrote(shape.user):
                return True
        return False

    def _comments(self, ref: PullRef) -> AsyncIterator[InlineShape]:
        """The oldest first."""
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
            replies=tuple([await self._remark(reply) for reply in replies]),
        )

    async def _dislikes(self, ref: PullRef, shape: InlineShape) -> tuple[str, ...]:
        """Asked for where the comment says that there are some."""
        if not _disliked(shape.reactions):
            return ()
        path = f"{_comment(ref)}/{shape.id}/reactions"
        given = self._api.pages(ref, path, GivenShape, {"content": _DISLIKE})
        return tuple([one.user.login async for one in given if one.user])

    async def _remark(self, shape: InlineShape) -> ThreadRemark:
        author = shape.user.login if shape.user else GHOST
        return ThreadRemark(author=author, mine=await self._account.wrote(shape.user), text=shape.body or "")


def _disliked(rollup: Mapping[str, object]) -> bool:
    return bool(rollup.get(_DISLIKE))


def _comment(ref: PullRef) -> str:
    return f"{repository_path(ref.repository)}/pulls/comments"


def _side(shape: InlineShape) -> Side:
    return Side.LEFT if shape.side == "LEFT" else Side.RIGHT
