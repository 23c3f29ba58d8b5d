"""The primary rate limit: calls per hour and token."""

from github_simulator.api.refusals import Refusal
from github_simulator.api.visitors import Visitor
from github_simulator.state import World

LIMIT = 5000
WINDOW = 3600  # seconds


def window_end(world: World) -> int:
    """When the counts are reset, as Unix time."""
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
    """Counts a call. Raises `Refusal` if the token has reached its limit."""
    token = visitor.token
    if token is None:
        return
    if token.window != window_end(world):
        token.window, token.used = window_end(world), 0
    token.used += 1
    if token.used > LIMIT:
        installation = token.installation
        owner = f"installation ID {installation.id}" if installation else f"user ID {token.actor.id}"
        raise Refusal(403, f"API rate limit exceeded for {owner}.", headers=limit_headers(world, visitor))
