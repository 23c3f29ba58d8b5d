"""Accounts, the app, its installations, and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_CHECK_EVENTS = frozenset({"check_run", "check_suite"})
_RERUN_ACTIONS = frozenset({"rerequested", "requested_action"})
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "check_run": ("checks",),
    "check_suite": ("checks",),
    "merge_group": ("merge_queues",),
    "status": ("statuses",),
}
"""The permissions that an event subscription requires."""


class Kind(StrEnum):
    USER = "User"
    ORGANIZATION = "Organization"
    BOT = "Bot"


@dataclass(eq=False, slots=True)
class Account:
    """`blocks` are the logins, in lower case, of the accounts that it has blocked."""

    id: int
    login: str
    kind: Kind
    created: datetime
    blocks: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class App:
    """A GitHub App. `permissions` are those that it requests from installations."""

    id: int
    slug: str
    name: str
    owner: Account
    bot: Account
    permissions: dict[str, str]
    events: tuple[str, ...]
    created: datetime

    def is_subscribed(self, event: str, action: str | None) -> bool:
        """Whether the app gets the event: it must have subscribed, and have the permission. Re-run requests
        go to every app that may write checks.
        """
        if event in _CHECK_EVENTS and action in _RERUN_ACTIONS:
            return self.permissions.get("checks") == "write"
        return event in self.events and all(name in self.permissions for name in _REQUIRED.get(event, ()))

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
    """`permissions` None: all of `actor`'s. `installation` is None for a user's token. `used` counts the
    calls in the rate limit's hour that ends at `window` (Unix time).
    """

    text: str
    actor: Account
    permissions: dict[str, str] | None
    installation: Installation | None = None
    expires: datetime | None = None
    used: int = 0
    window: int = 0
