"""Reads GitHub's paged lists."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog
from githubkit import Response

from bot.core.errors import Refused
from bot.github.calls import ApiCall
from bot.github.response_reading import Page, read_page

log = structlog.get_logger()

PAGE_SIZE = 100  # the most items that GitHub puts on a page
MAX_PAGES = 1000  # more than any list that the bot reads

T = TypeVar("T")
Query = Mapping[str, str | int]
Send = Callable[[ApiCall], Awaitable[Response[Any]]]


async def read_pages(
    send: Send, path: str, shape: type[T], query: Query | None = None, *, name: str = ""
) -> AsyncIterator[Page[T]]:
    """The pages, each fetched on demand. Logs a list that ends before `total` items.

    `name` is the field that contains the items, if the answer is an object. Raises like `send`, `Unreadable`
    for an answer that is not a page, and `Refused` for a list without a last page.
    """
    listed = 0
    for number in range(1, MAX_PAGES + 1):
        call = ApiCall("GET", path, {**(query or {}), "per_page": PAGE_SIZE, "page": number}, repeatable=True)
        answer = await send(call)
        page = read_page(shape, str(call), answer.content, name)
        listed += page.length
        yield page
        if not _has_next(answer, page.length):
            if listed < (page.total or 0):
                log.warning("github_list_incomplete", call=str(call), listed=listed, counted=page.total)
            return
    raise Refused(f"the answers to GET {path} did not come from GitHub: there is no last page")


def _has_next(answer: Response[Any], items: int) -> bool:
    """Whether there is a next page. Links are not followed: tokens go to the configured server only."""
    links = answer.raw_response.links
    return "next" in links if links else items == PAGE_SIZE
