"""The primary rate limit: so many calls an hour for each token."""

from github_simulator.api.refusals import Refusal
from github_simulator.api.visitors import Visitor
from github_simulator.state import World

LIMIT = 5000
WINDOW = 3600  # seconds


def window_end(world: World) -> int:
    """When the counts begin anew, in seconds since 1970."""
    return (int(world.now().timestamp()) // WINDOW + 1) * WINDOW


def limit_headers(world: World, visitor: Visitor) -> dict[str, str]:
    used = min(visitor.token.used, LIMIT) if visitor.token else 0
    return {
        "X-RateLimit-Limit": str(LIMIT),
        "X-RateLimit-Remaining": str(LIMIT - used),
        "X-RateLimit-Used": str(used),
        "X-RateLimit-Reset": str(window_end(world)),
        "X-RateLimit-Resource": "core",
    }


def count_call(world: World, visitor: Visitor) -> None:
    """Raises `Refusal` when the token has used up its hour."""
    token = visitor.token
    if token is None:
        return
    if token.window != window_end(world):
        token.window, token.used = window_end(world), 0
    token.used += 1
    if token.used > LIMIT:
        installed = token.installation
        whose = f"installation ID {installed.id}" if installed else f"user ID {token.actor.id}"
        raise Refusal(403, f"API rate limit exceeded for {whose}.", headers=limit_headers(world, visitor))
