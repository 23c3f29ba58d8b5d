"""What the bot was refused for want of a permission. It is not tried again for an hour."""

import time

import structlog

from bot.github.failures import CallRejected

log = structlog.get_logger()

AGAIN = 3600.0  # seconds until it is tried again whether the permission is there


class MissingPermissions:
    """`doing` says in the log what is left undone."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._until: dict[str, float] = {}

    def lacking(self, repository: str) -> bool:
        return time.monotonic() < self._until.get(repository, 0)

    def refused(self, repository: str, error: CallRejected) -> None:
        self._until[repository] = time.monotonic() + AGAIN
        log.warning("not permitted", doing=self._doing, repository=repository, reason=str(error))
