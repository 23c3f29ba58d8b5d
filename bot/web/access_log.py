"""The access log: one line per request, without bodies."""

import time

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger()

PROBES = frozenset({"/health", "/ready", "/metrics"})
FIELDS = web.RequestKey("log_fields", dict[str, str])


def add_fields(request: web.Request, **fields: str) -> None:
    """Adds fields to the request's log line. Pass verified values only."""
    request[FIELDS] = {**request.get(FIELDS, {}), **fields}


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
        **request.get(FIELDS, {}),
    )
    return response
