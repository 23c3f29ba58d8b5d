"""Routes of users and of the rate limit."""

from aiohttp import web

from github_simulator.api.access import ANONYMOUS, AUTHENTICATED
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.limits import LIMIT, window_end
from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.routes import Routes
from github_simulator.shapes.accounts import profile

routes = Routes()


@routes("GET", "/user", AUTHENTICATED)
async def get_self(request: ApiRequest) -> web.Response:
    if request.by_app:
        raise Refusal(403, "Resource not accessible by integration")
    return answer(profile(request.site, request.actor))


@routes("GET", "/users/{username}", ANONYMOUS)
async def get_user(request: ApiRequest) -> web.Response:
    account = request.world.accounts.get(request.word("username").lower())
    if account is None:
        raise not_found()
    return answer(profile(request.site, account))


@routes("GET", "/rate_limit", ANONYMOUS)
async def get_limits(request: ApiRequest) -> web.Response:
    used = min(request.visitor.token.used, LIMIT) if request.visitor.token else 0
    core = {"limit": LIMIT, "used": used, "remaining": LIMIT - used, "reset": window_end(request.world)}
    search = {"limit": 30, "used": 0, "remaining": 30, "reset": window_end(request.world)}
    resources = {"core": {**core, "resource": "core"}, "search": {**search, "resource": "search"}}
    return answer({"resources": resources, "rate": core})
