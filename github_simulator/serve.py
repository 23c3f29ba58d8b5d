"""Serves a simulator on a local port."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

from github_simulator.app import create_app
from github_simulator.simulator import Simulator

HOST = "127.0.0.1"


@contextlib.asynccontextmanager
async def served(
    simulator: Simulator, port: int = 0, host: str = HOST, middlewares: Sequence[Middleware] = ()
) -> AsyncIterator[str]:
    """Serves the simulator, sets its `url`, and yields it. Port 0: any free port."""
    runner = web.AppRunner(create_app(simulator, middlewares), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        simulator.url = f"http://{host}:{runner.addresses[0][1]}"
        yield simulator.url
    finally:
        await runner.cleanup()
