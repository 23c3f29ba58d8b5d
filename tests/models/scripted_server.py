"""A server whose every answer is written down beforehand."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ScriptedServer:
    """Gives its `replies` one after the other; when there are none left, the last one again.

    `bodies` and `headers` are what was asked, `most` how many requests were there at the same time.
    """

    def __init__(self) -> None:
        self.url = ""
        self.replies: list[Reply] = []
        self.bodies: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.most = 0
        self._present = 0
        self.app = web.Application()
        self.app.router.add_post("/v1/chat/completions", self._answer)
        self.app.router.add_post("/elsewhere", self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self._present += 1
        self.most = max(self.most, self._present)
        try:
            self.bodies.append(await request.json())
            self.headers.append(dict(request.headers))
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            return await reply(request)
        finally:
            self._present -= 1


def says(text: str, finish: str = "stop", model: str = "m-1") -> Reply:
    """A completion."""
    message = {"role": "assistant", "content": text}
    return sends(
        {
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
        }
    )


def fails(status: int, message: str, **headers: str) -> Reply:
    """An error report; underscores in the headers' names are dashes."""
    return sends({"error": {"message": message}}, status, **headers)


def sends(body: object, status: int = 200, content_type: str = "application/json", **headers: str) -> Reply:
    text = body if isinstance(body, str) else json.dumps(body)

    async def reply(_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, content_type=content_type, headers=named)

    return reply


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def never_answers(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def drips(request: web.Request) -> web.StreamResponse:
    """Sends a space now and then, so that no timeout between two bytes strikes."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)


async def floods(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 1024 * 1024)
