"""githubkit's client, with one connection pool and downloads."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx
from githubkit import GitHub
from githubkit.auth import UnauthAuthStrategy
from githubkit.exception import RequestError

_MOST_REASON = 64 * 1024  # bytes of an error's body


class SharedClient(GitHub[UnauthAuthStrategy]):
    """githubkit with one connection pool; by default it creates one for every call."""

    @asynccontextmanager
    async def get_async_client(self) -> AsyncGenerator[httpx.AsyncClient, None]:
        if self._client is None:
            self._client = await self._create_async_client()
        yield self._client

    _client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str]) -> AsyncGenerator[httpx.Response, None]:
        """The answer to a read, with its body still to be read. Raises like `arequest`, also while the body
        is read.
        """
        try:
            async with (
                self.get_async_client() as client,
                client.stream("GET", url, headers=dict(headers)) as answer,
            ):
                if answer.is_error:
                    self._check(await _with_start(answer))  # raises
                yield answer
        except httpx.HTTPError as error:
            raise RequestError(error) from error

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()


async def _with_start(answer: httpx.Response) -> httpx.Response:
    """The answer with the start of its body, which may be endless."""
    start = b""
    async for chunk in answer.aiter_raw():
        start += chunk
        if len(start) >= _MOST_REASON:
            break
    return httpx.Response(
        answer.status_code, headers=_without_coding(answer.headers), content=start, request=answer.request
    )


def _without_coding(headers: httpx.Headers) -> list[tuple[str, str]]:
    """The headers without those that describe how the body was sent."""
    coding = ("content-encoding", "content-length", "transfer-encoding")
    return [(name, value) for name, value in headers.multi_items() if name.lower() not in coding]


class _HiddenQueries(logging.Filter):
    """Hides the queries of addresses in httpx's messages: that of a download contains a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                value.copy_with(query=None) if isinstance(value, httpx.URL) else value
                for value in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_HiddenQueries())
