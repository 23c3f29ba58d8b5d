"""Crawls a site."""

import logging
from collections import deque

import httpx

from crawler.pages import Page, links

log = logging.getLogger(__name__)


async def crawl(client: httpx.AsyncClient, start: str, limit: int = 1000) -> dict[str, Page]:
    """The pages that can be reached from `start` on the same host, at most `limit`."""
    host = httpx.URL(start).host
    pages: dict[str, Page] = {}
    waiting = deque([start])
    while waiting and len(pages) < limit:
        url = waiting.popleft()
        if url in pages or httpx.URL(url).host != host:
            continue
        answer = await client.get(url)
        pages[url] = Page(url, answer.status_code, answer.text)
        waiting.extend(links(pages[url]))
    return pages
