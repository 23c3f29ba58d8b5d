"""A strike, carried out on one call."""

import asyncio
import contextlib

from aiohttp import web

from bot.simulator.api.refusals import Refusal
from bot.simulator.api.visitors import identify
from bot.simulator.calls import Dropped
from bot.simulator.state import Token, World
from bot.simulator.storm.answers import stormy_answer
from bot.simulator.storm.dice import Strike
from bot.simulator.storm.kinds import AFTER, Kind
from bot.simulator.storm.weather import Weather


class Strikes:
    """`key` is the app's public key, or None where any signature is believed."""

    def __init__(self, weather: Weather, world: World, key: str | None) -> None:
        self._weather = weather
        self._world = world
        self._key = key

    async def before(self, strike: Strike | None, request: web.Request) -> web.Response | None:
        """Before anything has happened: an answer, or None when the call goes its way. Raises `Dropped`."""
        if strike is None or strike.kind in AFTER:
            return None
        token = self._token(request)
        if strike.kind is Kind.REVOKED_TOKEN and not (token and self._world.revoke(token)):
            return None  # there is nothing to revoke
        self._weather.note(strike)
        if strike.kind is Kind.LATENCY:
            await asyncio.sleep(strike.delay())
        if strike.kind is Kind.CLOCK_JUMP:
            self._weather.move_clock(strike)
        if strike.kind is Kind.RESET_BEFORE:
            raise Dropped
        return stormy_answer(strike, self._world, token)

    async def after(
        self, strike: Strike | None, request: web.Request, response: web.Response
    ) -> web.StreamResponse:
        """After the effect: what is sent in place of `response`. Raises `Dropped`."""
        if strike is None or strike.kind not in AFTER:
            return response
        self._weather.note(strike)
        if strike.kind is Kind.RESET_AFTER:
            raise Dropped
        if strike.kind is Kind.CUT_BODY:
            return await _cut(request, response)
        return stormy_answer(strike, self._world, None) or response

    def _token(self, request: web.Request) -> Token | None:
        try:
            return identify(self._world, request.headers.get("Authorization"), self._key).token
        except Refusal:
            return None


async def _cut(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Promises the whole body, sends half of it, and hangs up. Raises `Dropped` where there is no body."""
    body = response.body
    if not isinstance(body, bytes) or len(body) < 2:
        raise Dropped
    cut = web.StreamResponse(status=response.status, headers=response.headers)
    cut.content_length = len(body)
    with contextlib.suppress(ConnectionError):
        await cut.prepare(request)
        await cut.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()  # what was written still goes out; `abort` would throw it away
    return cut
