"""Sends requests to a server with the `openai` SDK."""

import asyncio
import json
import os
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    Omit,
    RequestOptions,
)

from bot.core.errors import EngineFailure, SettingsError
from bot.core.llm.messages import FailureKind
from bot.models.chat.backoff import asked_wait
from bot.models.chat.base_url import is_this_machine
from bot.models.chat.base_url import read as read_address
from bot.models.chat.response_limits import EndlessError, bound

_CERTIFICATES = "; to trust a private certificate, set SSL_CERT_FILE to the file of its certificate authority"


@dataclass(frozen=True)
class ChatResponse:
    """The unchanged status and body; `after` is the wait in seconds that the server requests, `location` the
    target of a redirect, `url` the requested URL.
    """

    status: int
    body: str
    after: float | None
    location: str = ""
    url: str = ""


class ChatTransport:
    """A connection to the server at `base_url` (None: OpenAI's). `timeout` (seconds) is for a whole answer;
    `chat` is the path below the base URL, or the URL, of chat requests.

    Redirects are not followed, because the code under review must reach only the configured server. For
    the same reason, requests to a server on this machine use no proxy of the environment.

    Raises:
        SettingsError: SSL_CERT_FILE or SSL_CERT_DIR cannot be read.
    """

    def __init__(
        self, base_url: str | None, key: str | None, timeout: float, chat: str = "/chat/completions"
    ) -> None:
        self.address = read_address(base_url)
        self._timeout = timeout
        self._chat = chat
        self._headers: dict[str, str | Omit] = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        if not key or self.address.is_azure:
            self._headers["Authorization"] = Omit()
        if key and self.address.is_azure:
            self._headers["api-key"] = key
        host = urlsplit(self.address.base or "").hostname or ""
        self._client = AsyncOpenAI(
            api_key=key or "none",
            base_url=self.address.base,
            default_query=dict(self.address.query),
            max_retries=0,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 10.0)),
            http_client=DefaultAsyncHttpxClient(
                follow_redirects=False,
                # With an explicit transport, the client uses no proxy.
                transport=httpx2.AsyncHTTPTransport(verify=trusted()) if is_this_machine(host) else None,
                verify=trusted(),
                event_hooks={"response": [bound]},
            ),
        )

    @property
    def server(self) -> str:
        """Host and port, for messages."""
        return self._client.base_url.netloc.decode("ascii").rpartition("@")[2]

    @property
    def on_this_machine(self) -> bool:
        return is_this_machine(self._client.base_url.host)

    async def post(self, body: str) -> ChatResponse:
        """Posts a chat request. Raises like `send`."""
        return await self.send(self._chat, body)

    async def send(self, url: str, body: str | None = None, seconds: float | None = None) -> ChatResponse:
        """Posts `body` to `url`, or sends a GET request without a body; a path is relative to the base URL.

        Raises:
            EngineFailure: unavailable if no answer came within `seconds` (None: the timeout), invalid if the
                answer was too long.
        """
        limit = self._timeout if seconds is None else min(seconds, self._timeout)
        try:
            async with asyncio.timeout(limit):
                response = await self._send(url, body)
        except TimeoutError:
            raise self._unavailable(f"did not answer within {limit:g} seconds") from None
        except APIStatusError as error:
            response = error.response
        except APIConnectionError as error:
            reason = f"{error.__cause__}" or type(error.__cause__).__name__
            advice = _CERTIFICATES if "CERTIFICATE_VERIFY_FAILED" in reason else ""
            raise self._unavailable(f"cannot be reached: {reason}{advice}") from None
        text = _text(response.content, response.charset_encoding)
        after = asked_wait(response.headers, status=response.status_code, body=text)
        location = response.headers.get("location", "")
        return ChatResponse(response.status_code, text, after, location, str(response.request.url))

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
            raise EngineFailure(FailureKind.INVALID, f"the server {self.server} {error}") from None

    def _unavailable(self, what: str) -> EngineFailure:
        return EngineFailure(FailureKind.UNAVAILABLE, f"the server {self.server} {what}")


def _text(content: bytes, charset: str | None) -> str:
    """Decodes the content by the UTF encoding that its bytes show, or else by the server's charset."""
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(charset or encoding, "replace")
    except LookupError:
        return content.decode(encoding, "replace")


def trusted() -> ssl.SSLContext | bool:
    """The trusted certificates: those in SSL_CERT_FILE or SSL_CERT_DIR, else the system's (True).

    Raises `SettingsError` if they cannot be read.
    """
    named = {name: os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    name = next((name for name, path in named.items() if path), None)
    if name is None:
        return True
    try:
        file, directory = (named[name], None) if name == "SSL_CERT_FILE" else (None, named[name])
        return ssl.create_default_context(cafile=file, capath=directory)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"{name} {named[name]} cannot be read: {error}") from None
