"""Applies strikes to calls."""

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import web

from github_simulator.api.refusals import Refusal
from github_simulator.api.visitors import identify
from github_simulator.calls import Dropped
from github_simulator.moved import redirection
from github_simulator.shapes.site import Site
from github_simulator.state import Token, Unknown, World
from github_simulator.storm.answers import stormy_answer
from github_simulator.storm.current_storm import CurrentStorm
from github_simulator.storm.half import half_answer
from github_simulator.storm.kinds import AFTER, HALF, Kind
from github_simulator.storm.rng import Strike

_REDIRECTS = (301, 302, 307, 308)
_REFUSED = 400


class Strikes:
    """`key` is the app's public key; None accepts any signature."""

    def __init__(
        self, current_storm: CurrentStorm, world: World, site: Callable[[], Site], key: str | None
    ) -> None:
        self._current_storm = current_storm
        self._world = world
        self._site = site
        self._key = key

    async def before(self, strike: Strike | None, request: web.Request) -> web.Response | None:
        """Before the call's effect: a substitute answer, or None to continue. Raises `Dropped`."""
        if strike is None or strike.kind in AFTER:
            return None
        token = self._token(request)
        if strike.kind is Kind.REVOKED_TOKEN and not (token and self._world.revoke(token)):
            return None  # there is nothing to revoke
        redirection_response = self._redirection(strike, request)
        if strike.kind is Kind.REDIRECT and redirection_response is None:
            return None  # unknown repository, or already addressed by id
        self._current_storm.note(strike)
        if strike.kind is Kind.LATENCY:
            await asyncio.sleep(strike.delay())
        if strike.kind is Kind.CLOCK_JUMP:
            self._current_storm.move_clock(strike)
        if strike.kind is Kind.RESET_BEFORE:
            raise Dropped
        return redirection_response or stormy_answer(strike, self._world, token)

    async def after(
        self, strike: Strike | None, request: web.Request, template: str, response: web.Response
    ) -> web.StreamResponse:
        """After the call's effect: the answer that replaces `response`. Raises `Dropped`."""
        if strike is None or strike.kind not in AFTER:
            return response
        self._current_storm.note(strike)
        if strike.kind is Kind.RESET_AFTER:
            raise Dropped
        if strike.kind is Kind.CUT_BODY:
            return await _send_truncated(request, response)
        if strike.kind in HALF:
            return half_answer(strike, template, response) if response.status < _REFUSED else response
        return stormy_answer(strike, self._world, None) or response

    def _redirection(self, strike: Strike, request: web.Request) -> web.Response | None:
        names = request.match_info
        if strike.kind is not Kind.REDIRECT or "owner" not in names:
            return None
        try:
            repo = self._world.repository(f"{names['owner']}/{names['repo']}")
        except Unknown:
            return None
        return redirection(request, self._site(), repo, strike.rng.choice(_REDIRECTS))

    def _token(self, request: web.Request) -> Token | None:
        try:
            return identify(self._world, request.headers.get("Authorization"), self._key).token
        except Refusal:
            return None


async def _send_truncated(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Sends half of the announced body and closes the connection. Raises `Dropped` without a body."""
    body = response.body
    if not isinstance(body, bytes) or len(body) < 2:
        raise Dropped
    cut = web.StreamResponse(status=response.status, headers=response.headers)
    cut.content_length = len(body)
    with contextlib.suppress(ConnectionError):
        await cut.prepare(request)
        await cut.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()  # sends what was written; `abort` would discard it
    return cut
