"""Handles every API call: counts it, applies faults and storms, checks access, answers."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import TypeVar

from aiohttp import web

from github_simulator.api import Route
from github_simulator.api.access import check_access
from github_simulator.api.api_request import ApiRequest, read_body, refuse
from github_simulator.api.limits import count_call, limit_headers
from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.visitors import Visitor, identify
from github_simulator.calls import Call, Calls, Dropped, Moment
from github_simulator.edits import edited
from github_simulator.events import Events
from github_simulator.faults import Faults, apply_fault
from github_simulator.moved import GHES, name_repository, redirection
from github_simulator.naming import account_of, variant_of
from github_simulator.shapes.site import Site
from github_simulator.state import Moved, Unknown, World
from github_simulator.storm import CurrentStorm
from github_simulator.storm.rng import Strike
from github_simulator.storm.strikes import Strikes
from github_simulator.webhook import Webhook

Answer = TypeVar("Answer", bound=web.StreamResponse)

_LOG = logging.getLogger(__name__)
_FREE = "/rate_limit"  # does not count against the limit


class RequestPipeline:
    def __init__(
        self,
        world: World,
        events: Events,
        hook: Webhook,
        current_storm: CurrentStorm,
        site: Callable[[], Site],
        *,
        key: str | None,
    ) -> None:
        self._world = world
        self._events = events
        self._hook = hook
        self._current_storm = current_storm
        self._strikes = Strikes(current_storm, world, site, key)
        self._site = site
        self._key = key
        self.calls = Calls()
        self.faults = Faults()

    def handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The aiohttp handler of `route`."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._receive(request, route)

        return answer

    async def handle_unknown(self, request: web.Request) -> web.StreamResponse:
        """The aiohttp handler of everything that is not simulated."""
        return await self._receive(request, None)

    async def _receive(self, request: web.Request, route: Route | None) -> web.StreamResponse:
        path = request.path.removeprefix(GHES)
        variant, account = await variant_of(request), account_of(request, self._world)
        call = self.calls.begin(request.method, route.template if route else path, path, variant, account)
        strike = self._current_storm.strike_for(call)  # at once: storms depend on the order of the counts
        try:
            response = self._add_headers(await self._serve(request, route, call, strike))
            return self._add_headers(await self._strikes.after(strike, request, call.template, response))
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    async def _serve(
        self, request: web.Request, route: Route | None, call: Call, strike: Strike | None
    ) -> web.Response:
        await self.calls.notify(Moment.BEFORE, call)
        fault = self.faults.next_for(call)
        response = await apply_fault(fault) if fault and not fault.after_effect else None
        if response is None:
            response = await self._strikes.before(strike, request)
        if response is None:
            response = await self._answer(request, route, call)
        call.status = response.status
        await self.calls.notify(Moment.AFTER, call)
        if fault and fault.after_effect:
            response = await apply_fault(fault) or response
        return edited(response, fault.edits) if fault else response

    async def _answer(self, request: web.Request, route: Route | None, call: Call) -> web.Response:
        visitor = Visitor()
        try:
            visitor = identify(self._world, request.headers.get("Authorization"), self._key)
            if call.path != _FREE:
                count_call(self._world, visitor)
            response = await self._dispatch(request, route, visitor)
        except Moved as moved:
            response = redirection(request, self._site(), moved.repository)
        except Unknown:
            response = refuse(not_found())
        except Refusal as refusal:
            response = refuse(refusal)
        for name, value in limit_headers(self._world, visitor).items():
            response.headers.setdefault(name, value)
        return response

    async def _dispatch(self, request: web.Request, route: Route | None, visitor: Visitor) -> web.Response:
        if route is None:
            _LOG.warning("not simulated: %s %s", request.method, request.path)
            raise not_found()
        name_repository(request, self._world)
        names = request.match_info
        full_name = f"{names['owner']}/{names['repo']}" if "repo" in names else None
        check_access(self._world, route.need, visitor, full_name)
        body = await read_body(request)
        api_request = ApiRequest(self._world, self._site(), self._events, self._hook, request, visitor, body)
        return await route.answer(api_request)

    def _add_headers(self, response: Answer) -> Answer:
        """Adds the headers of every GitHub answer, including the Date of its clock."""
        headers = {
            "Date": format_datetime(self._world.now(), usegmt=True),
            "Server": "github.com",
            "X-GitHub-Request-Id": uuid.uuid4().hex[:24].upper(),
            "X-GitHub-Api-Version-Selected": "2022-11-28",
        }
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
