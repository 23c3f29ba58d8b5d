"""Parses the address of a pull request, as copied from a browser."""

import re
from urllib.parse import SplitResult, urlsplit

from bot.core.change import PullRef
from bot.core.errors import Refused

_PUBLIC = "github.com"
_CLOUD = ".ghe.com"  # GitHub Enterprise Cloud with data residency
_PATH = re.compile(r"/([^/\s]+/[^/\s]+)/pull/([1-9]\d{0,17})(?:/.*)?", re.ASCII)


def parse_pull_url(url: str) -> tuple[str, PullRef]:
    """The API's root and the pull request of `https://HOST/OWNER/NAME/pull/NUMBER`.

    Ignores what follows (`/files`, a query, a fragment). Raises `Refused`.
    """
    try:
        split = urlsplit(url.strip())
        host = split.hostname
    except ValueError:
        raise _not_a_pull_url(url) from None
    path = _PATH.fullmatch(split.path)
    if split.scheme not in ("http", "https") or not host or not path:
        raise _not_a_pull_url(url)
    return _api_url(split, host), PullRef(repository=path[1], number=int(path[2]))


def _api_url(split: SplitResult, host: str) -> str:
    """GitHub Enterprise Server serves its API below `/api/v3`, the others on a separate host."""
    authority = split.netloc.rpartition("@")[2].lower()
    if host in (_PUBLIC, f"www.{_PUBLIC}"):
        return f"https://api.{_PUBLIC}"
    if host.endswith(_CLOUD):
        return f"{split.scheme}://api.{authority}"
    return f"{split.scheme}://{authority}/api/v3"


def _not_a_pull_url(url: str) -> Refused:
    return Refused(
        f"{url!r} is not the address of a pull request; expected https://HOST/OWNER/NAME/pull/NUMBER"
    )
