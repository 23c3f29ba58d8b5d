"""The aiohttp application of a simulator."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

from github_simulator.api import ROUTES
from github_simulator.api.archives import CODELOAD
from github_simulator.codeload import Codeload
from github_simulator.control import Control
from github_simulator.graph import GRAPHQL, GRAPHQL_PATHS
from github_simulator.moved import GHES, patterns_by_id
from github_simulator.simulator import Simulator

MAX_BODY = 64 * 1024 * 1024  # bytes; diffs of 40 MB are allowed


def create_app(simulator: Simulator, middlewares: Sequence[Middleware] = ()) -> web.Application:
    """Serves the REST API at the root and, like GitHub Enterprise Server, under `/api/v3`; the GraphQL API;
    the archives to which it redirects; and the control API. Repositories are addressed by name or by id.

    `middlewares` wrap every call, the outermost first.
    """
    app = web.Application(client_max_size=MAX_BODY, middlewares=middlewares)
    app.add_subapp("/_simulator", Control(simulator).app())
    for prefix in ("", GHES):
        for route in ROUTES:
            for pattern in (route.pattern, *patterns_by_id(route)):
                app.router.add_route(route.method, prefix + pattern, simulator.pipeline.handler(route))
    for path in GRAPHQL_PATHS:
        app.router.add_route(GRAPHQL.method, path, simulator.pipeline.handler(GRAPHQL))
    app.router.add_get(CODELOAD.replace("{sha}", "{sha:.+}"), Codeload(simulator.world).handle)
    app.router.add_route("*", "/{path:.*}", simulator.pipeline.handle_unknown)

    async def stop_simulator(_: web.Application) -> AsyncIterator[None]:
        yield
        await simulator.stop()

    app.cleanup_ctx.append(stop_simulator)
    return app
