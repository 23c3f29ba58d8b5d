"""How GitHub hands out all files of a commit: as a list, and as an archive by a link that expires."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

LINK_LIFE = timedelta(minutes=5)

Conduct = Literal["whole", "cut", "short", "drip", "endless", "elsewhere", "error", "hostile"]
"""How the server of archives behaves: it sends the whole archive; breaks off in the middle (`short`: of an
announced length); sends one byte at a time; never ends; redirects elsewhere; answers 503; or packs links,
devices and names that lead out of the directory.
"""


class Link(NamedTuple):
    """A temporary address of the archive of `sha`."""

    repository: str
    sha: str
    expires: datetime


@dataclass(eq=False, slots=True)
class Archives:
    """`most_entries` limits the list of a tree. `host` is the address of the server of archives (None: that
    of the API), `elsewhere` where it redirects to if its `conduct` says so. `made`, where set, makes what is
    sent in place of a commit's files. `links` are indexed by token.
    """

    most_entries: int = 100_000
    host: str | None = None
    elsewhere: str = ""
    conduct: Conduct = "whole"
    made: Callable[[], Iterable[bytes]] | None = None
    links: dict[str, Link] = field(default_factory=dict)

    def link(self, repository: str, sha: str, now: datetime) -> str:
        """The token of a new link."""
        token = secrets.token_hex(16).upper()
        self.links[token] = Link(repository, sha, now + LINK_LIFE)
        return token
