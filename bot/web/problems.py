"""Error responses: always JSON, with a message that says what is wrong."""

from collections.abc import Mapping

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger()


class HttpProblem(Exception):
    """Ends a request with `status` and `{"error": message}`."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except HttpProblem as problem:
        return _answer(problem.status, str(problem), problem.headers)
    except web.HTTPNotFound:
        return _answer(404, f"not found: {request.path[:200]}")
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        return _answer(405, f"method {error.method} is not allowed, only {allowed}", {"Allow": allowed})
    except web.HTTPException as error:
        return _answer(error.status, error.reason)
    except Exception:
        log.exception("request_crashed")
        return _answer(500, "internal error; the operator can find the details in the log")


def _answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"error": message}, status=status, headers=headers)
