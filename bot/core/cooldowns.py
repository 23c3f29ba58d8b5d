"""Gates: what must not be asked before a moment, because whoever would answer has said so.

A gate has a name: "github installation 7", "model gpt-5-mini". Where the processes of the bot share a
database they share the gates, so that one of them learns of a limit and all of them keep it.
"""

import time
from typing import Protocol

from bot.core.value import Value


class Cooldown(Value):
    """`seconds` from now until the gate opens again, and why it is closed."""

    seconds: float
    reason: str


class Cooldowns(Protocol):
    """Neither method raises: a database that is away closes no gate, and opens none."""

    async def active(self, name: str) -> Cooldown | None:
        """None when the gate is open."""
        ...

    async def start(self, name: str, seconds: float, reason: str) -> None:
        """Closes a gate for so long; one that is closed for longer stays so."""
        ...


class LocalCooldowns:
    """The gates of one process."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[float, str]] = {}

    async def active(self, name: str) -> Cooldown | None:
        until, reason = self._until.get(name, (0.0, ""))
        left = until - time.monotonic()
        if left > 0:
            return Cooldown(seconds=left, reason=reason)
        self._until.pop(name, None)
        return None

    async def start(self, name: str, seconds: float, reason: str) -> None:
        until = time.monotonic() + seconds
        if until > self._until.get(name, (0.0, ""))[0]:
            self._until[name] = (until, reason)
