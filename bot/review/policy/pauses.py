"""Paused pull requests, which get no automatic reviews."""

from bot.core.change import PullRef
from bot.review.ports import KeyValues


class Pauses:
    def __init__(self, key_values: KeyValues) -> None:
        self._key_values = key_values

    async def by(self, pull: PullRef) -> str | None:
        """The login of the person who paused it; None when it is not paused."""
        return await self._key_values.read(_key(pull)) or None

    async def pause(self, pull: PullRef, who: str) -> None:
        await self._key_values.write(_key(pull), who)

    async def resume(self, pull: PullRef) -> None:
        await self._key_values.write(_key(pull), "")


def _key(pull: PullRef) -> str:
    return f"paused {pull}"
