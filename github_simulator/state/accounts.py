"""Who acts: accounts, the app, its installations, and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_OF_CHECKS = frozenset({"check_run", "check_suite"})
_TO_THE_AUTHOR = frozenset({"rerequested", "requested_action"})
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "check_run": ("checks",),
    "check_suite": ("checks",),
    "merge_group": ("merge_queues",),
    "status": ("statuses",),
}
"""The permissions without which an event cannot be subscribed to."""


class Kind(StrEnum):
    USER = "User"
    ORGANIZATION = "Organization"
    BOT = "Bot"


@dataclass(eq=False, slots=True)
class Account:
    """`blocks` are the logins, in lower case, of those whom it has blocked."""

    id: int
    login: str
    kind: Kind
    created: datetime
    blocks: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class App:
    """The GitHub App. `permissions` is what it asks of those who install it."""

    id: int
    slug: str
    name: str
    owner: Account
    bot: Account
    permissions: dict[str, str]
    events: tuple[str, ...]
    created: datetime

    def hears(self, event: str, action: str | None) -> bool:
        """Whether it is told of what happens: of what it has subscribed to and may read. That its own checks
        are asked for again is told to every app that may write checks.
        """
        if event in _OF_CHECKS and action in _TO_THE_AUTHOR:
            return self.permissions.get("checks") == "write"
        return event in self.events and all(name in self.permissions for name in _NEEDED.get(event, ()))

    @property
    def client(self) -> str:
        return f"Iv23li{self.id:014d}"


@dataclass(eq=False, slots=True)
class Installation:
    """The app on all repositories of `account`."""

    id: int
    account: Account
    created: datetime


@dataclass(eq=False, slots=True)
class Token:
    """`permissions` None: whatever `actor` may. `installation` is None for a user's token. `used` calls
    were made in the rate limit's hour that ends at `window` (seconds since 1970).
    """

    text: str
    actor: Account
    permissions: dict[str, str] | None
    installation: Installation | None = None
    expires: datetime | None = None
    used: int = 0
    window: int = 0
