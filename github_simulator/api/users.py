"""Users, and how much a token may still ask."""

from aiohttp import web

from github_simulator.api.access import BY_ANYBODY, BY_SOMEBODY
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.limits import LIMIT, window_end
from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.routes import Routes
from github_simulator.shapes.accounts import profile

routes = Routes()


@routes("GET", "/user", BY_SOMEBODY)
async def get_self(asked: ApiRequest) -> web.Response:
    if asked.by_app:
        raise Refusal(403, "Resource not accessible by integration")
    return answer(profile(asked.site, asked.actor))


@routes("GET", "/users/{username}", BY_ANYBODY)
async def get_user(asked: ApiRequest) -> web.Response:
    account = asked.world.accounts.get(asked.word("username").lower())
    if account is None:
        raise not_found()
    return answer(profile(asked.site, account))


@routes("GET", "/rate_limit", BY_ANYBODY)
async def get_limits(asked: ApiRequest) -> web.Response:
    used = min(asked.visitor.token.used, LIMIT) if asked.visitor.token else 0
    core = {"limit": LIMIT, "used": used, "remaining": LIMIT - used, "reset": window_end(asked.world)}
    search = {"limit": 30, "used": 0, "remaining": 30, "reset": window_end(asked.world)}
    resources = {"core": {**core, "resource": "core"}, "search": {**search, "resource": "search"}}
    return answer({"resources": resources, "rate": core})
