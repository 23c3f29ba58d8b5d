"""Fetches pages, several at once."""

import asyncio
import logging

import httpx

from crawler.pages import Page

MAX_BYTES = 5_000_000
IN_FLIGHT = 16

log = logging.getLogger(__name__)


class Fetcher:
    """At most `in_flight` requests at a time, and one for each page.

    A page that could not be fetched has the status 0.
    """

    def __init__(self, client: httpx.AsyncClient, in_flight: int = IN_FLIGHT) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(in_flight)
        self._fetches: dict[str, asyncio.Task[Page]] = {}

    async def submit(self, url: str) -> "asyncio.Task[Page]":
        """The fetch of a page. Waits for a slot, so that callers cannot run ahead of the network."""
        if url not in self._fetches:
            await self._slots.acquire()
            # Checked again, since others may have asked for the same page while this waited.
            if url not in self._fetches:
                self._start(url)
        return self._fetches[url]

    def _start(self, url: str) -> None:
        task = asyncio.create_task(self._fetch(url), name=f"fetch {url}")
        self._fetches[url] = task
        # A callback, so that the slot is free again even if the task is cancelled before its first step.
        task.add_done_callback(lambda _: self._slots.release())

    async def _fetch(self, url: str) -> Page:
        try:
            async with self._client.stream("GET", url) as answer:
                return Page(url, answer.status_code, await _text(answer))
        except httpx.HTTPError as error:
            log.warning("%s: %s", url, error or type(error).__name__)
            return Page(url, 0, "")

    async def close(self) -> None:
        """Cancels what is still being fetched."""
        tasks = [task for task in self._fetches.values() if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _text(answer: httpx.Response) -> str:
    """The text of a page, or of its first megabytes; empty for what is not HTML."""
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return ""
    parts: list[str] = []
    async for part in answer.aiter_text():
        parts.append(part)
        if answer.num_bytes_downloaded > MAX_BYTES:
            break
    return "".join(parts)
