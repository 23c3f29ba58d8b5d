"""Parses base URLs of model servers as people write and paste them."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Paths of calls that people paste along with a base URL.
_MODELS = "/models"
_CALLS = ("/chat/completions", "/completions", "/responses", _MODELS, "/embeddings")
_DEPLOYMENT = "/openai/deployments/"
_FOUNDRY = (".services.ai.azure.com", ".models.ai.azure.com", ".inference.ai.azure.com")


@dataclass(frozen=True)
class BaseUrl:
    """`base` has no query and no trailing slash; None: OpenAI's API. `query` is added to every path.
    `is_azure`: the key is sent in Azure's own header.
    """

    base: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    is_azure: bool = False

    @property
    def server(self) -> str:
        """The base URL without possible secrets, as a name."""
        if self.base is None:
            return "https://api.openai.com/v1"
        parts = urlsplit(self.base)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def read(url: str | None) -> BaseUrl:
    """Parses a base URL."""
    if not url:
        return BaseUrl()
    parts = urlsplit(complete(url))
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    base = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return BaseUrl(base, query, "api-version" in query or _DEPLOYMENT in parts.path)


def complete(url: str) -> str:
    """The URL with a scheme, and without the path of a call at its end."""
    url = url.strip()
    if "@" not in url and not _SCHEME.match(url) and not url.startswith("/"):
        url = f"{_scheme_for(url)}://{url}"
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    for call in _CALLS:
        if call != _MODELS or not _is_models(path, parts.netloc, parts.query):
            path = path.removesuffix(call).rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _is_models(path: str, host: str, query: str) -> bool:
    """Whether `/models` is part of the base, as for Azure AI Foundry. Elsewhere it lists the models."""
    is_foundry = host.lower().endswith(_FOUNDRY)
    return is_foundry or ("api-version" in dict(parse_qsl(query)) and "/openai/" not in path)


def moved(location: str, call: str, asked: str) -> tuple[str, bool]:
    """The target of a redirect to `location` from the URL `asked`, without possible secrets, and whether
    it is a base URL, that is, ends in the same `call`.
    """
    there, here = urlsplit(location), urlsplit(asked)
    host = there.netloc.rpartition("@")[2] or here.netloc.rpartition("@")[2]
    path = there.path if there.netloc or there.path.startswith("/") else f"/{there.path}"
    is_base = path.rstrip("/").endswith(call)
    kept = urlencode({name: value for name, value in parse_qsl(there.query) if name == "api-version"})
    path = path.rstrip("/").removesuffix(call)
    return urlunsplit((there.scheme or here.scheme, host, path, kept, "")), is_base


def is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _scheme_for(url: str) -> str:
    """The scheme: http for hosts on this machine or in its network, which mostly have no certificate."""
    host = urlsplit(f"//{url}").hostname or ""
    try:
        is_near = ipaddress.ip_address(host).is_private
    except ValueError:
        is_near = "." not in host
    return "http" if is_near or is_this_machine(host) else "https"
