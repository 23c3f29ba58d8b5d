"""Commits whose review waits for the checks of others.

Checks end many times for each push, and mostly nobody waits for them: so it is noted who does, and the end
of the others is passed over without a word to GitHub.
"""

from bot.core.change import PullRef
from bot.review.ports import Notes


class Awaited:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def note(self, pull: PullRef, head: str) -> None:
        """Of a pull request one head is awaited, the newest."""
        await self._notes.write(_name(pull), head)

    async def has(self, pull: PullRef, head: str | None) -> bool:
        return head is not None and await self._notes.read(_name(pull)) == head


def _name(pull: PullRef) -> str:
    return f"awaits checks {pull}"
