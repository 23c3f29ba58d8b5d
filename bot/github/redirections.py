"""Where a call goes on that GitHub has redirected: with its method, its body and its credentials, on the same
server only.
"""

import httpx

from bot.github.failures import CallRejected, Unanswered

REDIRECTIONS = (301, 302, 303, 307, 308)
MOST_REDIRECTIONS = 5
_SEE_OTHER = 303
_ELSEWHERE = (
    "GITHUB_API_URL must be the address of GitHub's API itself; a proxy that asks for a login must let the "
    "bot through"
)


def redirected(call: str, method: str, answer: httpx.Response) -> httpx.URL:
    """The new address. Raises `CallRejected` where that is on another server, or is none.

    `call` names what was asked for at first, for the messages.
    """
    target = _target(answer)
    if target is None:
        raise CallRejected(call, answer.status_code, "it has moved, and the answer does not say where to")
    if not _is_same_server(answer.url, target):
        place = f"{target.scheme}://{target.netloc.decode()}{target.path}"
        raise CallRejected(
            call, answer.status_code, f"it has moved to {place}, another server", advice=_ELSEWHERE
        )
    if answer.status_code == _SEE_OTHER and method != "GET":
        raise Unanswered(f"GitHub answered {call} with a redirection, and does not say what was done")
    return target


def _target(answer: httpx.Response) -> httpx.URL | None:
    location = answer.headers.get("location", "")
    try:
        return answer.url.join(location) if location else None
    except httpx.InvalidURL:
        return None


def _is_same_server(before: httpx.URL, after: httpx.URL) -> bool:
    """A server that sends callers from plain to encrypted connections stays the same."""
    is_upgrade = (before.scheme, after.scheme) == ("http", "https") and after.port is None
    return before.host == after.host and (is_upgrade or _origin(before) == _origin(after))


def _origin(address: httpx.URL) -> tuple[str, int | None]:
    return address.scheme, address.port
