"""Skipped heads, with the reason that their check shows.

A removed label or a new title matters only to a skipped head. So skipped heads are stored, and any other
change of labels and titles causes no call to GitHub.
"""

import json

from bot.core.change import Pull, PullRef
from bot.core.jobs import Cause
from bot.core.value import Value
from bot.review.ports import KeyValues


class SkippedHead(Value):
    """`cause` would have triggered the review of `head`; `reason` is the one that its check shows."""

    head: str
    cause: Cause
    reason: str


class SkippedHeads:
    def __init__(self, key_values: KeyValues) -> None:
        self._key_values = key_values

    async def add(self, pull: Pull, cause: Cause, reason: str) -> None:
        """Replaces the skipped head of the pull request, if there is one."""
        skipped = SkippedHead(head=pull.head, cause=cause, reason=reason)
        await self._key_values.write(_key(pull.ref), skipped.model_dump_json())

    async def of(self, pull: PullRef, head: str | None) -> SkippedHead | None:
        """None when `head` was not skipped."""
        text = await self._key_values.read(_key(pull))
        skipped = SkippedHead.model_validate(json.loads(text)) if text else None
        return skipped if skipped and skipped.head == head else None

    async def forget(self, pull: PullRef) -> None:
        """Called when the pull request is reviewed or closed."""
        if await self._key_values.read(_key(pull)):
            await self._key_values.write(_key(pull), "")


def _key(pull: PullRef) -> str:
    return f"passed over {pull}"
