"""Reads the bot's review threads by GraphQL: the REST API does not say which are resolved."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import structlog
from pydantic import Field

from bot.core.change import PullRef
from bot.core.errors import Refused
from bot.core.findings.threads import Thread, ThreadReply
from bot.core.lenient import IfReadable, OrElse, ReadableItems
from bot.core.review import Side
from bot.github.failures import Unanswered, names_wait
from bot.github.graphql import Actor, GraphqlClient, GraphRejected
from bot.github.own_account import OwnAccount
from bot.github.review_comments import ReviewComments
from bot.github.webhooks.payloads import Payload

log = structlog.get_logger()

MAX_PAGES = 200  # of 50 threads; more than a readable pull request has
GHOST = "ghost"  # GitHub's name for a deleted account

# Reactions are read per thread, not per comment, which keeps the cost at 2 of 5000 points.
QUERY = """\
query threads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved resolvedBy { login } path line diffSide isOutdated subjectType
          first: comments(first: 1) {
            nodes {
              id fullDatabaseId body isMinimized author { login kind: __typename }
              reactions(content: THUMBS_DOWN, first: 20) { nodes { user { login } } }
            }
          }
          latest: comments(last: 50) {
            totalCount
            nodes { id fullDatabaseId body author { login kind: __typename } }
          }
        }
      }
    }
  }
}
"""


class _CommentNode(Payload):
    """`fullDatabaseId` is a string, because it may exceed GraphQL's integers, and may be missing."""

    id: str
    full_id: IfReadable[str | int] = Field(default=None, alias="fullDatabaseId")
    body: str
    author: IfReadable[Actor] = None

    @property
    def number(self) -> int | None:
        text = str(self.full_id)
        return int(text) if text.isascii() and text.isdecimal() else None


class _User(Payload):
    login: str


class _Reaction(Payload):
    user: IfReadable[_User] = None


class _Reactions(Payload):
    nodes: ReadableItems[_Reaction] = ()


class _FirstComment(_CommentNode):
    minimised: Annotated[bool, OrElse(False)] = Field(default=False, alias="isMinimized")
    reactions: Annotated[_Reactions, OrElse(_Reactions())] = _Reactions()


class _Firsts(Payload):
    nodes: ReadableItems[_FirstComment] = ()


class _Latest(Payload):
    total: IfReadable[int] = Field(default=None, alias="totalCount")
    nodes: ReadableItems[_CommentNode] = ()

    @property
    def is_whole(self) -> bool:
        """Whether these are all comments of the thread, each with its number."""
        is_listed = self.total is not None and len(self.nodes) >= self.total
        return is_listed and all(node.number is not None for node in self.nodes)


class _ThreadShape(Payload):
    id: str
    resolved: bool = Field(alias="isResolved")
    resolver: IfReadable[_User] = Field(default=None, alias="resolvedBy")
    path: str
    line: IfReadable[int] = None
    side: Annotated[str, OrElse("RIGHT")] = Field(default="RIGHT", alias="diffSide")
    outdated: Annotated[bool, OrElse(False)] = Field(default=False, alias="isOutdated")
    subject: Annotated[str, OrElse("LINE")] = Field(default="LINE", alias="subjectType")
    firsts: Annotated[_Firsts, OrElse(_Firsts())] = Field(default=_Firsts(), alias="first")
    latest: Annotated[_Latest, OrElse(_Latest())] = _Latest()

    @property
    def first(self) -> _FirstComment | None:
        return next(iter(self.firsts.nodes), None)


class _PageInfo(Payload):
    more: bool = Field(alias="hasNextPage")
    cursor: IfReadable[str] = Field(default=None, alias="endCursor")


class _Page(Payload):
    """A node is None if it is null or cannot be read. `total` counts the nodes of all pages."""

    total: IfReadable[int] = Field(default=None, alias="totalCount")
    info: IfReadable[_PageInfo] = Field(default=None, alias="pageInfo")
    nodes: IfReadable[tuple[IfReadable[_ThreadShape], ...]] = None

    @property
    def is_last(self) -> bool:
        return self.info is not None and not self.info.more


class _PullThreads(Payload):
    threads: IfReadable[_Page] = Field(default=None, alias="reviewThreads")


class _Repository(Payload):
    pull: IfReadable[_PullThreads] = Field(default=None, alias="pullRequest")


class _Root(Payload):
    repository: IfReadable[_Repository] = None


class _FoundThreads(NamedTuple):
    """The bot's threads. `whole` is False if some may be missing."""

    threads: Sequence[Thread]
    whole: bool


class ReviewThreads:
    def __init__(self, graph: GraphqlClient, account: OwnAccount, listed: ReviewComments) -> None:
        self._graph = graph
        self._account = account
        self._listed = listed

    async def all(self, ref: PullRef) -> Sequence[Thread]:
        """The threads that the bot started, oldest first. Threads that GraphQL does not return are read from
        the list of comments, without their resolution.

        Raises `Refused` if neither source is complete: findings would be posted twice.
        """
        found = await self._by_graphql(ref)
        threads = found.threads if found.whole else await self._with_listed(ref, found.threads)
        return sorted(threads, key=lambda thread: thread.comment)

    async def _with_listed(self, ref: PullRef, threads: Sequence[Thread]) -> Sequence[Thread]:
        listed = await self._listed.all(ref)
        log.info("threads_read_from_comments", pull=str(ref), told=len(threads), listed=len(listed))
        return _merge(threads, listed)

    async def _by_graphql(self, ref: PullRef) -> _FoundThreads:
        try:
            return await self._all(ref)
        except (Refused, Unanswered) as error:
            if names_wait(error):
                raise
            log.info("thread_resolution_unknown", pull=str(ref), reason=str(error))
            return _FoundThreads((), whole=False)

    async def _all(self, ref: PullRef) -> _FoundThreads:
        threads: list[Thread] = []
        whole, seen = True, 0
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            page, is_whole = await self._page(ref, cursor)
            nodes = page.nodes or ()
            found = await self._read(nodes)
            threads += found.threads
            whole = whole and is_whole and found.whole
            seen += len(nodes)
            cursor = page.info.cursor if page.info and page.info.more else None
            if cursor is None:
                return _FoundThreads(threads, whole and page.is_last and seen >= (page.total or 0))
        return _FoundThreads(threads, whole=False)

    async def _page(self, ref: PullRef, cursor: str | None) -> tuple[_Page, bool]:
        """A page, and whether it is complete."""
        variables = {"owner": ref.owner, "name": ref.name, "number": ref.number, "after": cursor}
        answer = await self._graph.ask(ref.repository, ref.installation, QUERY, variables, _Root)
        repository = answer.data.repository
        page = repository.pull.threads if repository and repository.pull else None
        if page is None:
            raise GraphRejected("POST /graphql (threads)", 404, f"{ref} does not exist")
        return page, page.nodes is not None and not answer.lost

    async def _read(self, shapes: Sequence[_ThreadShape | None]) -> _FoundThreads:
        """The bot's threads; not `whole` if the first comment, and so the author, of one cannot be read."""
        threads: list[Thread] = []
        whole = True
        for shape in shapes:
            first = shape.first if shape else None
            if shape is None or first is None:
                whole = False
            elif await self._wrote(first):
                thread = await self._thread(shape, first)
                threads += [thread] if thread else []
                whole = whole and thread is not None
        return _FoundThreads(threads, whole)

    async def _thread(self, shape: _ThreadShape, first: _FirstComment) -> Thread | None:
        """None without the id of the first comment, which replies need."""
        if first.number is None:
            return None
        on_line = shape.subject == "LINE" and not shape.outdated
        return Thread(
            id=shape.id,
            comment=first.number,
            node=first.id,
            path=shape.path,
            line=shape.line if on_line else None,
            side=Side.LEFT if shape.side == "LEFT" else Side.RIGHT,
            body=first.body,
            resolved=shape.resolved,
            resolver=await self._resolver(shape),
            minimised=first.minimised,
            dislikes=_dislikes(first),
            replies=tuple([await self._reply(comment) for comment in _replies(shape, first)]),
            whole=shape.latest.is_whole,
        )

    async def _wrote(self, comment: _CommentNode) -> bool:
        return comment.author is not None and await self._account.wrote(comment.author.account)

    async def _reply(self, comment: _CommentNode) -> ThreadReply:
        author = comment.author.account.login if comment.author else GHOST
        mine = await self._wrote(comment)
        return ThreadReply(author=author, mine=mine, text=comment.body, comment=comment.number)

    async def _resolver(self, shape: _ThreadShape) -> str | None:
        """Who resolved the thread; the bot by its full login. No person can have an App's bare name."""
        if shape.resolver is None or not shape.resolved:
            return None
        own = await self._account.login()
        login = shape.resolver.login
        return own if login.casefold() == own.removesuffix("[bot]").casefold() else login


def _merge(queried: Sequence[Thread], listed: Sequence[Thread]) -> Sequence[Thread]:
    """All threads of both sources; adds lost replies, which would otherwise be posted again."""
    by_comment = {thread.comment: thread for thread in queried}
    merged = [_with_replies(by_comment.pop(thread.comment, thread), thread) for thread in listed]
    return [*merged, *by_comment.values()]


def _with_replies(thread: Thread, listed: Thread) -> Thread:
    if thread.replies:
        return thread
    return thread.model_copy(update={"replies": listed.replies, "whole": listed.whole})


def _dislikes(first: _FirstComment) -> tuple[str, ...]:
    return tuple(reaction.user.login for reaction in first.reactions.nodes if reaction.user)


def _replies(shape: _ThreadShape, first: _FirstComment) -> Sequence[_CommentNode]:
    return [comment for comment in shape.latest.nodes if comment.id != first.id]
