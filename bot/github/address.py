"""The address of a pull request, as people copy it from their browser."""

import re
from urllib.parse import SplitResult, urlsplit

from bot.core.change import PullRef
from bot.core.errors import Refused

_PUBLIC = "github.com"
_CLOUD = ".ghe.com"  # GitHub Enterprise Cloud with data residency
_PATH = re.compile(r"/([^/\s]+/[^/\s]+)/pull/([1-9]\d{0,17})(?:/.*)?", re.ASCII)


def parse_pull_url(url: str) -> tuple[str, PullRef]:
    """The API's root and the pull request of `https://HOST/OWNER/NAME/pull/NUMBER`.

    What follows (`/files`, a query, a fragment) is passed over. Raises `Refused`.
    """
    try:
        split = urlsplit(url.strip())
        host = split.hostname
    except ValueError:
        raise _unlike(url) from None
    path = _PATH.fullmatch(split.path)
    if split.scheme not in ("http", "https") or not host or not path:
        raise _unlike(url)
    return _api_url(split, host), PullRef(repository=path[1], number=int(path[2]))


def _api_url(split: SplitResult, host: str) -> str:
    """GitHub Enterprise Server has its API below `/api/v3`, the others on a host of its own."""
    place = split.netloc.rpartition("@")[2].lower()
    if host in (_PUBLIC, f"www.{_PUBLIC}"):
        return f"https://api.{_PUBLIC}"
    if host.endswith(_CLOUD):
        return f"{split.scheme}://api.{place}"
    return f"{split.scheme}://{place}/api/v3"


def _unlike(url: str) -> Refused:
    return Refused(
        f"{url!r} is not the address of a pull request; expected is https://HOST/OWNER/NAME/pull/NUMBER"
    )
