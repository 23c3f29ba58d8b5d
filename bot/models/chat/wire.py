"""One request to a server over the `openai` SDK, and what came back."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    Omit,
    OpenAIError,
    RequestOptions,
)

from bot.core.errors import EngineFailure
from bot.core.exchange import Trouble
from bot.models.chat.waits import asked_wait

# A completion is some ten thousand tokens; whatever is longer is none.
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """Status and body as they came; `after` is when the server wants to be asked again (seconds)."""

    status: int
    body: str
    after: float | None


class Wire:
    """A connection to the server at `base_url` (None: OpenAI's). `timeout` (seconds) is for a whole answer,
    `chat` is where questions are posted: a path below the base URL, or a URL.

    Redirects are not followed: the code under review goes to the server that was named, or nowhere. For
    the same reason no proxy of the environment is asked for a server on this machine.
    """

    def __init__(
        self, base_url: str | None, key: str | None, timeout: float, chat: str = "/chat/completions"
    ) -> None:
        self._timeout = timeout
        self._chat = chat
        self._headers: dict[str, str | Omit] = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        if not key:
            self._headers["Authorization"] = Omit()
        self._client = AsyncOpenAI(
            api_key=key or "none",
            base_url=base_url,
            max_retries=0,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 10.0)),
            http_client=DefaultAsyncHttpxClient(
                follow_redirects=False,
                trust_env=not is_this_machine(urlsplit(base_url or "").hostname or ""),
                event_hooks={"response": [_bound]},
            ),
        )

    @property
    def server(self) -> str:
        """Host and port, for messages."""
        return self._client.base_url.netloc.decode("ascii").rpartition("@")[2]

    @property
    def on_this_machine(self) -> bool:
        return is_this_machine(self._client.base_url.host)

    async def post(self, body: str) -> Answer:
        """Puts a question. Raises like `send`."""
        return await self.send(self._chat, body)

    async def send(self, url: str, body: str | None = None, seconds: float | None = None) -> Answer:
        """Posts `body` to `url`, or gets it where there is none; a path is one below the base URL.

        Raises:
            EngineFailure: unavailable when no answer came within `seconds` (None: the timeout), invalid
                when it was endless.
        """
        limit = self._timeout if seconds is None else min(seconds, self._timeout)
        try:
            async with asyncio.timeout(limit):
                response = await self._send(url, body)
        except TimeoutError:
            raise self._unavailable(f"gave no answer within {limit:g} seconds") from None
        except APIStatusError as error:
            response = error.response
        except APIConnectionError as error:
            reason = f"{error.__cause__}" or type(error.__cause__).__name__
            raise self._unavailable(f"cannot be reached: {reason}") from None
        text = response.content.decode("utf-8", "replace")
        return Answer(response.status_code, text, asked_wait(response.headers))

    async def aclose(self) -> None:
        await self._client.close()

    async def _send(self, url: str, body: str | None) -> httpx2.Response:
        options: RequestOptions = {"headers": self._headers, "follow_redirects": False}
        try:
            if body is None:
                return await self._client.get(url, cast_to=httpx2.Response, options=options)
            return await self._client.post(
                url, cast_to=httpx2.Response, content=body.encode(), options=options
            )
        except EndlessError as error:
            raise EngineFailure(Trouble.INVALID, f"the server {self.server} {error}") from None

    def _unavailable(self, what: str) -> EngineFailure:
        return EngineFailure(Trouble.UNAVAILABLE, f"the server {self.server} {what}")


class EndlessError(OpenAIError):
    """An answer that is too long to be one. Of the SDK's kind, so that the SDK lets it through."""


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        total = 0
        async for chunk in self._stream:
            total += len(chunk)
            if total > MOST_BYTES:
                raise EndlessError(f"answers more than {MOST_BYTES} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    """Bounds what is read of an answer. One that is compressed was not asked for and knows no bounds."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise EndlessError("compresses its answers although it was asked not to")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream)


def is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
