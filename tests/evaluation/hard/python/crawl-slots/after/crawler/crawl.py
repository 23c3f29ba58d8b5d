"""Crawls a site."""

import asyncio

import httpx

from crawler.fetcher import IN_FLIGHT, Fetcher
from crawler.pages import Page, links


async def crawl(
    client: httpx.AsyncClient, start: str, limit: int = 1000, in_flight: int = IN_FLIGHT
) -> dict[str, Page]:
    """The pages that can be reached from `start` on the same host, about `limit`."""
    host = httpx.URL(start).host
    pages: dict[str, Page] = {}
    fetcher = Fetcher(client, in_flight)

    async def visit(url: str) -> None:
        if url in pages or len(pages) >= limit or httpx.URL(url).host != host:
            return
        page = await (await fetcher.submit(url))
        # Another visit may have waited for the same fetch, and follows its links already.
        if url in pages:
            return
        pages[url] = page
        async with asyncio.TaskGroup() as group:
            for link in dict.fromkeys(links(page)):
                group.create_task(visit(link))

    try:
        await visit(start)
    finally:
        await fetcher.close()
    return pages
