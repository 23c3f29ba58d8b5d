"""Remembers for an hour which operations GitHub refused for lack of a permission."""

import time

import structlog

from bot.github.failures import CallRejected

log = structlog.get_logger()

RETRY_AFTER = 3600.0  # seconds until the operation is tried again


class MissingPermissions:
    """`operation` names in the log what the bot may not do."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._until: dict[str, float] = {}

    def lacking(self, repository: str) -> bool:
        return time.monotonic() < self._until.get(repository, 0)

    def refused(self, repository: str, error: CallRejected) -> None:
        self._until[repository] = time.monotonic() + RETRY_AFTER
        log.warning("permission_missing", doing=self._operation, repository=repository, reason=str(error))
