"""Finds the target of a redirect. A call keeps its method, body and credentials, so the target must be on the
same server. A download may be redirected to another one, without credentials.
"""

import httpx

from bot.github.failures import CallRejected, Unanswered

REDIRECTIONS = (301, 302, 303, 307, 308)
_SECURE = "https"
MAX_REDIRECTIONS = 5
_SEE_OTHER = 303
_ELSEWHERE = (
    "GITHUB_API_URL must be the address of GitHub's API itself; a proxy that asks for a login must "
    "exempt the bot"
)


def redirected(call: str, method: str, answer: httpx.Response) -> httpx.URL:
    """The new address. Raises `CallRejected` if it is missing, or on another server.

    `call` names the original call, for the messages.
    """
    target = _target(answer)
    if target is None:
        raise CallRejected(call, answer.status_code, "redirected without an address")
    if not _is_same_server(answer.url, target):
        address = f"{target.scheme}://{target.netloc.decode()}{target.path}"
        raise CallRejected(
            call, answer.status_code, f"redirected to another server: {address}", advice=_ELSEWHERE
        )
    if answer.status_code == _SEE_OTHER and method != "GET":
        raise Unanswered(f"GitHub redirected {call} without saying whether it was done")
    return target


def download_target(call: str, answer: httpx.Response) -> httpx.URL:
    """The address to continue a download at, on any server. Raises `CallRejected` if it is missing, or not as
    secure as that of the answer. Its query may contain a token.
    """
    target = _target(answer)
    if target is None or not target.host or target.scheme not in ("http", _SECURE):
        raise CallRejected(call, answer.status_code, "redirected without an address")
    if target.scheme != _SECURE and answer.url.scheme == _SECURE:
        raise CallRejected(call, answer.status_code, f"redirected to an insecure address on {target.host}")
    return target


def is_same_api(root: httpx.URL, target: httpx.URL) -> bool:
    """Whether `target` is an address of the API at `root`, so that it may receive its credentials."""
    below = target.path.startswith(f"{root.path.rstrip('/')}/")
    return below and ".." not in target.path.split("/") and _is_same_server(root, target)


def _target(answer: httpx.Response) -> httpx.URL | None:
    location = answer.headers.get("location", "")
    try:
        return answer.url.join(location) if location else None
    except httpx.InvalidURL:
        return None


def _is_same_server(before: httpx.URL, after: httpx.URL) -> bool:
    """Whether the origin is the same; an upgrade from http to https counts as the same."""
    is_upgrade = (before.scheme, after.scheme) == ("http", "https") and after.port is None
    return before.host == after.host and (is_upgrade or _origin(before) == _origin(after))


def _origin(url: httpx.URL) -> tuple[str, int | None]:
    return url.scheme, url.port
