"""Lists that GitHub gives page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sized
from typing import Any, TypeVar

from githubkit import Response

from bot.core.errors import Retry
from bot.github.shapes import read_answer
from bot.github.wire import Call

PAGE = 100  # the most items that GitHub puts on a page
MOST = 1000  # pages; no list that the bot reads is that long

S = TypeVar("S", bound=Sized)
Query = Mapping[str, str | int]
Send = Callable[[Call], Awaitable[Response[Any]]]


async def read_pages(send: Send, path: str, shape: type[S], query: Query | None = None) -> AsyncIterator[S]:
    """The pages, each fetched when it is needed. Raises like `send`, and `Retry` at a list without end."""
    for number in range(1, MOST + 1):
        call = Call("GET", path, {**(query or {}), "per_page": PAGE, "page": number}, repeatable=True)
        answer = await send(call)
        page = read_answer(shape, str(call), answer.content)
        yield page
        if not _has_next(answer, len(page)):
            return
    raise Retry(f"the answers to GET {path} are not GitHub's: there is no last page")


def _has_next(answer: Response[Any], items: int) -> bool:
    """The links' addresses are not followed: a token is sent to the configured server only."""
    links = answer.raw_response.links
    return "next" in links if links else items == PAGE
