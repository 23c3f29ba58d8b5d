"""Pull requests that somebody has paused: no review begins by itself there."""

from bot.core.change import PullRef
from bot.review.ports import KeyValues


class Pauses:
    def __init__(self, notes: KeyValues) -> None:
        self._notes = notes

    async def by(self, pull: PullRef) -> str | None:
        """Who has paused it; None when nobody has, or it was resumed."""
        return await self._notes.read(_name(pull)) or None

    async def pause(self, pull: PullRef, who: str) -> None:
        await self._notes.write(_name(pull), who)

    async def resume(self, pull: PullRef) -> None:
        await self._notes.write(_name(pull), "")


def _name(pull: PullRef) -> str:
    return f"paused {pull}"
