"""The bot's threads on lines, by GraphQL: the REST API does not tell what was resolved."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import structlog
from pydantic import Field

from bot.core.change import PullRef
from bot.core.errors import Refused
from bot.core.findings.threads import Thread
from bot.core.lenient import IfReadable, OrElse, ReadableItems
from bot.core.review import Side, ThreadRemark
from bot.github.failures import Unanswered, names_wait
from bot.github.graphql import Actor, GraphqlClient, GraphRejected
from bot.github.own_account import OwnAccount
from bot.github.review_comments import ReviewComments
from bot.github.webhooks.payloads import Payload

log = structlog.get_logger()

MOST = 200  # pages of 50; more threads no pull request can have and be read
GHOST = "ghost"  # GitHub's own name for an account that is gone

# Asking for reactions once for each thread, not for each comment, keeps the price at 2 points of 5000.
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
          latest: comments(last: 50) { nodes { id body author { login kind: __typename } } }
        }
      }
    }
  }
}
"""


class _Saying(Payload):
    id: str
    body: str
    author: IfReadable[Actor] = None


class _User(Payload):
    login: str


class _Reaction(Payload):
    user: IfReadable[_User] = None


class _Reactions(Payload):
    nodes: ReadableItems[_Reaction] = ()


class _First(_Saying):
    """`fullDatabaseId` is written as text: it may be greater than GraphQL's numbers. GitHub does not promise
    to tell it.
    """

    full_id: IfReadable[str | int] = Field(default=None, alias="fullDatabaseId")
    minimised: Annotated[bool, OrElse(False)] = Field(default=False, alias="isMinimized")
    reactions: Annotated[_Reactions, OrElse(_Reactions())] = _Reactions()

    @property
    def number(self) -> int | None:
        text = str(self.full_id)
        return int(text) if text.isascii() and text.isdecimal() else None


class _Firsts(Payload):
    nodes: ReadableItems[_First] = ()


class _Latest(Payload):
    nodes: ReadableItems[_Saying] = ()


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
    def first(self) -> _First | None:
        return next(iter(self.firsts.nodes), None)


class _PageInfo(Payload):
    more: bool = Field(alias="hasNextPage")
    cursor: IfReadable[str] = Field(default=None, alias="endCursor")


class _Page(Payload):
    """An item is None where it is null, or cannot be read. `total` counts the items of all pages."""

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
    """Threads of the bot's. `whole`: there are no others."""

    threads: Sequence[Thread]
    whole: bool


class ReviewThreads:
    def __init__(self, graph: GraphqlClient, account: OwnAccount, listed: ReviewComments) -> None:
        self._graph = graph
        self._account = account
        self._listed = listed

    async def all(self, ref: PullRef) -> Sequence[Thread]:
        """Those that the bot began, the oldest first. What GraphQL does not tell of them is taken from the
        list of comments: which they are, but not what was resolved.

        Raises `Refused` where neither tells of all of them: whoever goes by a part says twice what stands.
        """
        told = await self._asked(ref)
        threads = told.threads if told.whole else await self._filled_up(ref, told.threads)
        return sorted(threads, key=lambda thread: thread.comment)

    async def _filled_up(self, ref: PullRef, threads: Sequence[Thread]) -> Sequence[Thread]:
        listed = await self._listed.all(ref)
        log.info("threads are taken from comments", pull=str(ref), told=len(threads), listed=len(listed))
        return _together(threads, listed)

    async def _asked(self, ref: PullRef) -> _FoundThreads:
        try:
            return await self._all(ref)
        except (Refused, Unanswered) as error:
            if names_wait(error):
                raise
            log.info("nothing is known of what was resolved", pull=str(ref), reason=str(error))
            return _FoundThreads((), whole=False)

    async def _all(self, ref: PullRef) -> _FoundThreads:
        threads: list[Thread] = []
        whole, seen = True, 0
        cursor: str | None = None
        for _ in range(MOST):
            page, is_whole = await self._page(ref, cursor)
            nodes = page.nodes or ()
            told = await self._read(nodes)
            threads += told.threads
            whole = whole and is_whole and told.whole
            seen += len(nodes)
            cursor = page.info.cursor if page.info and page.info.more else None
            if cursor is None:
                return _FoundThreads(threads, whole and page.is_last and seen >= (page.total or 0))
        return _FoundThreads(threads, whole=False)

    async def _page(self, ref: PullRef, cursor: str | None) -> tuple[_Page, bool]:
        """A page, and whether nothing of it is lost."""
        variables = {"owner": ref.owner, "name": ref.name, "number": ref.number, "after": cursor}
        answer = await self._graph.ask(ref.repository, ref.installation, QUERY, variables, _Root)
        repository = answer.data.repository
        page = repository.pull.threads if repository and repository.pull else None
        if page is None:
            raise GraphRejected("POST /graphql (threads)", 404, f"{ref} is not there")
        return page, page.nodes is not None and not answer.lost

    async def _read(self, shapes: Sequence[_ThreadShape | None]) -> _FoundThreads:
        """Of a thread whose beginning cannot be read nobody knows whose it is."""
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

    async def _thread(self, shape: _ThreadShape, first: _First) -> Thread | None:
        """None where the number of its first comment is not told, by which it is answered."""
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
            replies=tuple([await self._remark(said) for said in _replies(shape, first)]),
        )

    async def _wrote(self, said: _Saying) -> bool:
        return said.author is not None and await self._account.wrote(said.author.account)

    async def _remark(self, said: _Saying) -> ThreadRemark:
        author = said.author.account.login if said.author else GHOST
        return ThreadRemark(author=author, mine=await self._wrote(said), text=said.body)

    async def _resolver(self, shape: _ThreadShape) -> str | None:
        """The bot itself by the name that it has elsewhere. No person can have the bare name of an App."""
        if shape.resolver is None or not shape.resolved:
            return None
        own = await self._account.login()
        login = shape.resolver.login
        return own if login.casefold() == own.removesuffix("[bot]").casefold() else login


def _together(asked: Sequence[Thread], listed: Sequence[Thread]) -> Sequence[Thread]:
    """All that are listed, and of each what is known. Replies that were lost would be given again."""
    known = {thread.comment: thread for thread in asked}
    return [_filled(known.pop(thread.comment, thread), thread) for thread in listed] + [*known.values()]


def _filled(thread: Thread, listed: Thread) -> Thread:
    return thread if thread.replies else thread.model_copy(update={"replies": listed.replies})


def _dislikes(first: _First) -> tuple[str, ...]:
    return tuple(one.user.login for one in first.reactions.nodes if one.user)


def _replies(shape: _ThreadShape, first: _First) -> Sequence[_Saying]:
    return [said for said in shape.latest.nodes if said.id != first.id]
