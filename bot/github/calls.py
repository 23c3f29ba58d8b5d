"""What is sent to GitHub's API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from githubkit import Response

from bot.core.errors import BotError

JSON = "application/vnd.github+json"
DIFF = "application/vnd.github.diff"


@dataclass(frozen=True)
class ApiCall:
    """A call of the API. `path` begins with "/" and is percent-encoded, or is a full URL.

    `repeatable`: the call is idempotent. `silent` is the status of a success without a body.
    """

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    accept: str = JSON
    repeatable: bool = False
    silent: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def judge(self, _answer: Response[Any]) -> BotError | None:
        """The failure that an answer with status 200 reports, if any."""
        return None


@dataclass(frozen=True)
class Credential:
    """Authorises a call. `text` is the Authorization header (empty: none), `cooldown` the name of the rate
    limit that the call counts against.
    """

    text: str = field(repr=False)
    cooldown: str
