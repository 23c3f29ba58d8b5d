"""Heads that were passed over, with the reason that their check shows.

Only of these a label that is taken off, or another title, may change anything. So it is kept which they are,
and everything else that happens to labels and titles is passed over without a word to GitHub.
"""

import json

from bot.core.change import Pull, PullRef
from bot.core.jobs import Cause
from bot.core.value import Value
from bot.review.ports import KeyValues


class SkippedHead(Value):
    """`cause` is what would have begun the review of `head`, `reason` what its check says."""

    head: str
    cause: Cause
    reason: str


class SkippedHeads:
    def __init__(self, notes: KeyValues) -> None:
        self._notes = notes

    async def note(self, pull: Pull, cause: Cause, reason: str) -> None:
        """Of a pull request one head is kept, the newest."""
        passed = SkippedHead(head=pull.head, cause=cause, reason=reason)
        await self._notes.write(_name(pull.ref), passed.model_dump_json())

    async def of(self, pull: PullRef, head: str | None) -> SkippedHead | None:
        """None when `head` was reviewed, or has not been looked at."""
        text = await self._notes.read(_name(pull))
        passed = SkippedHead.model_validate(json.loads(text)) if text else None
        return passed if passed and passed.head == head else None

    async def forget(self, pull: PullRef) -> None:
        """The pull request has its review, or is closed."""
        if await self._notes.read(_name(pull)):
            await self._notes.write(_name(pull), "")


def _name(pull: PullRef) -> str:
    return f"passed over {pull}"
