"""Error answers of a storm, with GitHub's wording."""

from aiohttp import web

from github_simulator.api.api_request import answer, refuse
from github_simulator.api.diffs import MOST_FILES, too_large
from github_simulator.api.limits import LIMIT
from github_simulator.api.refusals import Refusal, invalid, not_found
from github_simulator.state import Token, World
from github_simulator.storm.kinds import Kind
from github_simulator.storm.rng import Strike

_UNICORN = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head></html>\n"
_LOGIN = (
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>"
    "<form action='/login' method='post'><input name='user'></form></body></html>\n"
)
_SLOW = (
    "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request "
    "and contact us if the problem persists."
)
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you "
    "reach out to GitHub Support for help, please include the request ID."
)
_LIMITS = {
    Kind.SECONDARY_LIMIT: 403,
    Kind.SECONDARY_LIMIT_BARE: 403,
    Kind.TOO_MANY: 429,
    Kind.TOO_MANY_BARE: 429,
}
_WAITS = frozenset({Kind.SECONDARY_LIMIT, Kind.TOO_MANY})
_PERMANENT = {
    Kind.NOT_FOUND: not_found(),
    Kind.NOT_ACCEPTABLE: too_large("PullRequest", f"files ({MOST_FILES})"),
    Kind.UNPROCESSABLE: invalid("IssueComment", "body", "unprocessable"),
}


def stormy_answer(strike: Strike, world: World, token: Token | None) -> web.Response | None:
    """The error answer of a strike; None for a kind that keeps the real answer."""
    if strike.kind in (Kind.ERROR_BEFORE, Kind.ERROR_AFTER):
        return _error(strike)
    if strike.kind in _LIMITS:
        return _secondary(strike)
    if strike.kind is Kind.PRIMARY_LIMIT:
        return _primary(strike, world, token)
    if strike.kind is Kind.LOGIN_PAGE:
        return web.Response(text=_LOGIN, content_type="text/html")
    refusal = _PERMANENT.get(strike.kind)
    return refuse(refusal) if refusal else None


def _error(strike: Strike) -> web.Response:
    """500, 502 and 504 with JSON, 503 with a page and sometimes a Retry-After header."""
    status = strike.rng.choice((500, 502, 503, 504))
    if status != 503:
        return answer({"message": _SLOW if status == 504 else "Server Error"}, status)
    has_retry_after = strike.rng.random() < 0.5
    headers = {"Retry-After": str(strike.storm.retry_after)} if has_retry_after else {}
    return web.Response(text=_UNICORN, status=status, content_type="text/html", headers=headers)


def _secondary(strike: Strike) -> web.Response:
    headers = {"Retry-After": str(strike.storm.retry_after)} if strike.kind in _WAITS else {}
    return refuse(Refusal(_LIMITS[strike.kind], _SECONDARY, headers=headers))


def _primary(strike: Strike, world: World, token: Token | None) -> web.Response:
    installation = token.installation if token else None
    owner = f" for installation ID {installation.id}" if installation else ""
    reset = int(world.now().timestamp()) + strike.storm.retry_after
    headers = {
        "X-RateLimit-Limit": str(LIMIT),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Used": str(LIMIT),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Resource": "core",
    }
    return refuse(Refusal(403, f"API rate limit exceeded{owner}.", headers=headers))
