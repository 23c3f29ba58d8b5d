"""Lists that GitHub gives page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog
from githubkit import Response

from bot.core.errors import Refused
from bot.github.response_reading import Page, read_page
from bot.github.transport import ApiCall

log = structlog.get_logger()

PAGE = 100  # the most items that GitHub puts on a page
MOST = 1000  # pages; no list that the bot reads is that long

T = TypeVar("T")
Query = Mapping[str, str | int]
Send = Callable[[ApiCall], Awaitable[Response[Any]]]


async def read_pages(
    send: Send, path: str, shape: type[T], query: Query | None = None, *, name: str = ""
) -> AsyncIterator[Page[T]]:
    """The pages, each fetched when it is needed. `name` is the field that holds the items, where an answer is
    an object. Of a list that ends before all are told that are counted, the log tells.

    Raises like `send`, `Unreadable` at an answer that is no page, and `Refused` at a list without end.
    """
    seen = 0
    for number in range(1, MOST + 1):
        call = ApiCall("GET", path, {**(query or {}), "per_page": PAGE, "page": number}, repeatable=True)
        answer = await send(call)
        page = read_page(shape, str(call), answer.content, name)
        seen += page.length
        yield page
        if not _has_next(answer, page.length):
            if seen < (page.total or 0):
                log.warning(
                    "GitHub lists fewer than it counts", call=str(call), listed=seen, counted=page.total
                )
            return
    raise Refused(f"the answers to GET {path} are not GitHub's: there is no last page")


def _has_next(answer: Response[Any], items: int) -> bool:
    """The links' addresses are not followed: a token is sent to the configured server only."""
    links = answer.raw_response.links
    return "next" in links if links else items == PAGE
