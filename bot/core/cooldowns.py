"""Cooldowns: services that must not be called before a certain time, because they said so.

A cooldown has a name: "github installation 7", "model gpt-5-mini". Processes with a common database share
their cooldowns, so that all of them respect a limit that one of them receives.
"""

import time
from typing import Protocol

from bot.core.value import Value


class Cooldown(Value):
    """An active cooldown: the `seconds` until it ends, and its reason."""

    seconds: float
    reason: str


class Cooldowns(Protocol):
    """Neither method raises: without a reachable database, cooldowns do not change."""

    async def active(self, name: str) -> Cooldown | None:
        """The active cooldown `name`; None if there is none."""
        ...

    async def start(self, name: str, seconds: float, reason: str) -> None:
        """Starts a cooldown; a longer one that is active continues."""
        ...


class LocalCooldowns:
    """The cooldowns of one process."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[float, str]] = {}

    async def active(self, name: str) -> Cooldown | None:
        until, reason = self._until.get(name, (0.0, ""))
        remaining = until - time.monotonic()
        if remaining > 0:
            return Cooldown(seconds=remaining, reason=reason)
        self._until.pop(name, None)
        return None

    async def start(self, name: str, seconds: float, reason: str) -> None:
        until = time.monotonic() + seconds
        if until > self._until.get(name, (0.0, ""))[0]:
            self._until[name] = (until, reason)
