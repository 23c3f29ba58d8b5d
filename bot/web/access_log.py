"""The access log: one line per request, never a body."""

import time

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger()

PROBES = frozenset({"/health", "/ready", "/metrics"})
NOTED = web.RequestKey("noted", dict[str, str])


def note(request: web.Request, **words: str) -> None:
    """Adds words to the request's line. Only what has been verified belongs there."""
    request[NOTED] = {**request.get(NOTED, {}), **words}


@web.middleware
async def log_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    started = time.perf_counter()
    response = await handler(request)
    quiet = request.path in PROBES and response.status < 400
    (log.debug if quiet else log.info)(
        "request",
        method=request.method,
        path=request.path[:200],
        status=response.status,
        ms=round((time.perf_counter() - started) * 1000, 1),
        **request.get(NOTED, {}),
    )
    return response
