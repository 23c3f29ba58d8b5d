"""The aiohttp application of a simulator."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

from github_simulator.api import ROUTES
from github_simulator.control import Control
from github_simulator.graph import GRAPHQL, GRAPHQL_PATHS
from github_simulator.moved import GHES, patterns_by_id
from github_simulator.simulator import Simulator

LONGEST_BODY = 64 * 1024 * 1024  # bytes; a diff of 40 MB is legal


def create_app(simulator: Simulator, middlewares: Sequence[Middleware] = ()) -> web.Application:
    """Answers the API at the root and, like GitHub Enterprise Server, under `/api/v3`; and
    the GraphQL API next to it. Repositories are there by their names and by their ids.

    `middlewares` see every call, the outermost first.
    """
    app = web.Application(client_max_size=LONGEST_BODY, middlewares=middlewares)
    app.add_subapp("/_simulator", Control(simulator).app())
    for prefix in ("", GHES):
        for route in ROUTES:
            for pattern in (route.pattern, *patterns_by_id(route)):
                app.router.add_route(route.method, prefix + pattern, simulator.door.opens(route))
    for path in GRAPHQL_PATHS:
        app.router.add_route(GRAPHQL.method, path, simulator.door.opens(GRAPHQL))
    app.router.add_route("*", "/{path:.*}", simulator.door.turn_away)

    async def stopped(_: web.Application) -> AsyncIterator[None]:
        yield
        await simulator.stop()

    app.cleanup_ctx.append(stopped)
    return app
