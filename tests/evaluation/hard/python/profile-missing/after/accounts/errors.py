"""Makes answers of the errors that the domain raises."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from accounts.profiles import ProfileMissing

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def domain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ProfileMissing:
        # The same for an account that never was and one that is closed: the difference is nobody's business.
        return web.json_response({"error": "profile not found"}, status=404)
