"""The bot's threads on lines, by GraphQL: the REST API does not tell what was resolved."""

from collections.abc import Sequence

import structlog
from pydantic import Field

from bot.core.change import PullRef
from bot.core.payloads import Payload
from bot.core.review import Remark, Side
from bot.core.threads import Thread
from bot.github.account import OwnAccount
from bot.github.graph import Actor, Graph, GraphRejected, NoGraph
from bot.github.listed import ListedThreads

log = structlog.get_logger()

MOST = 200  # pages of 50; more threads no pull request can have and be read
GHOST = "ghost"  # GitHub's own name for an account that is gone

# Asking for reactions once for each thread, not for each comment, keeps the price at 2 points of 5000.
QUERY = """\
query threads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50, after: $after) {
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
    author: Actor | None = None


class _User(Payload):
    login: str


class _Reaction(Payload):
    user: _User | None = None


class _Reactions(Payload):
    nodes: tuple[_Reaction | None, ...] | None = None


class _First(_Saying):
    """`fullDatabaseId` is written as text: it may be greater than GraphQL's numbers."""

    number: str | int = Field(alias="fullDatabaseId")
    minimised: bool = Field(default=False, alias="isMinimized")
    reactions: _Reactions = _Reactions()


class _Firsts(Payload):
    nodes: tuple[_First | None, ...]


class _Latest(Payload):
    nodes: tuple[_Saying | None, ...]


class _ThreadShape(Payload):
    id: str
    resolved: bool = Field(alias="isResolved")
    resolver: _User | None = Field(default=None, alias="resolvedBy")
    path: str
    line: int | None = None
    side: str = Field(default="RIGHT", alias="diffSide")
    outdated: bool = Field(default=False, alias="isOutdated")
    subject: str = Field(default="LINE", alias="subjectType")
    first: _Firsts
    latest: _Latest


class _PageInfo(Payload):
    more: bool = Field(alias="hasNextPage")
    cursor: str | None = Field(default=None, alias="endCursor")


class _Page(Payload):
    info: _PageInfo = Field(alias="pageInfo")
    nodes: tuple[_ThreadShape | None, ...]


class _Pull(Payload):
    threads: _Page = Field(alias="reviewThreads")


class _Repository(Payload):
    pull: _Pull | None = Field(default=None, alias="pullRequest")


class _Root(Payload):
    repository: _Repository | None = None


class Threads:
    def __init__(self, graph: Graph, account: OwnAccount, listed: ListedThreads) -> None:
        self._graph = graph
        self._account = account
        self._listed = listed

    async def all(self, ref: PullRef) -> Sequence[Thread]:
        """Those that the bot began, the oldest first; without what only GraphQL knows, where it is not."""
        try:
            threads = await self._all(ref)
        except NoGraph as error:
            log.info("nothing is known of what was resolved", pull=str(ref), reason=str(error))
            threads = [*await self._listed.all(ref)]
        return sorted(threads, key=lambda thread: thread.comment)

    async def _all(self, ref: PullRef) -> list[Thread]:
        threads: list[Thread] = []
        cursor: str | None = None
        for _ in range(MOST):
            page = await self._page(ref, cursor)
            read = [await self._thread(shape) for shape in page.nodes if shape is not None]
            threads += [thread for thread in read if thread is not None]
            cursor = page.info.cursor
            if not page.info.more or cursor is None:
                break
        return threads

    async def _page(self, ref: PullRef, cursor: str | None) -> _Page:
        variables = {"owner": ref.owner, "name": ref.name, "number": ref.number, "after": cursor}
        root = await self._graph.ask(ref.repository, ref.installation, QUERY, variables, _Root)
        if root.repository is None or root.repository.pull is None:
            raise GraphRejected("POST /graphql (threads)", 404, f"{ref} is not there")
        return root.repository.pull.threads

    async def _thread(self, shape: _ThreadShape) -> Thread | None:
        """None for a thread that somebody else began."""
        first = next(iter(shape.first.nodes), None)
        if first is None or not await self._wrote(first):
            return None
        on_line = shape.subject == "LINE" and not shape.outdated
        return Thread(
            id=shape.id,
            comment=int(first.number),
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

    async def _remark(self, said: _Saying) -> Remark:
        author = said.author.account.login if said.author else GHOST
        return Remark(author=author, mine=await self._wrote(said), text=said.body)

    async def _resolver(self, shape: _ThreadShape) -> str | None:
        """The bot itself by the name that it has elsewhere. No person can have the bare name of an App."""
        if shape.resolver is None or not shape.resolved:
            return None
        own = await self._account.login()
        login = shape.resolver.login
        return own if login.casefold() == own.removesuffix("[bot]").casefold() else login


def _dislikes(first: _First) -> tuple[str, ...]:
    return tuple(one.user.login for one in first.reactions.nodes or () if one and one.user)


def _replies(shape: _ThreadShape, first: _First) -> Sequence[_Saying]:
    return [said for said in shape.latest.nodes if said is not None and said.id != first.id]
