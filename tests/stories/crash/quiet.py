"""When the killing is over: waits until nothing is left to do."""

import asyncio
from collections import Counter

from bot.review.intake.reconciler import MAX_ATTEMPTS
from github_simulator import Simulator
from tests.stories.crash.books import Books
from tests.stories.crash.faults import is_kept, is_taken
from tests.stories.crash.members import Crew
from tests.stories.crash.sight import LIMIT

TIMES = 4  # looks in a row that find nothing left
LOOK = 0.5  # seconds


class Quiet:
    """`by_hand` counts the deliveries that GitHub failed to make so often that a person sent them again."""

    def __init__(self, simulator: Simulator, books: Books, crew: Crew) -> None:
        self.by_hand = 0
        self._simulator = simulator
        self._books = books
        self._crew = crew

    async def come(self) -> None:
        """Raises `AssertionError` when it never does."""
        calm = 0
        try:
            async with asyncio.timeout(LIMIT):
                while calm < TIMES:
                    await asyncio.sleep(LOOK)
                    calm = calm + 1 if await self._is_quiet() else 0
        except TimeoutError:
            words = {member.name: member.last_words() for member in self._crew.members}
            absent = [member.name for member in self._crew.members if not member.ready]
            left = f"{absent}, {self._failed()}, {self._books.unread()}, {self._books.open_jobs()}"
            raise AssertionError(f"absent, missing, unread or open for ever: {left}; {words}") from None

    async def _is_quiet(self) -> bool:
        if not self._crew.complete or await self._missing():
            return False
        return not await asyncio.to_thread(self._busy)

    def _busy(self) -> bool:
        return bool(self._books.unread() or self._books.open_jobs())

    async def _missing(self) -> bool:
        """Whether GitHub has told of something that has not arrived. What the bot's own sweep has given
        up, after as many tries as it makes, is left to an operator, who asks for it on GitHub's page.
        """
        failed = await asyncio.to_thread(self._failed)
        for guid in [guid for guid, tries in failed.items() if tries >= MAX_ATTEMPTS]:
            await self._simulator.redeliver(guid)
            self.by_hand += 1
        return bool(failed)

    def _failed(self) -> Counter[str]:
        """How often GitHub has tried the deliveries that nobody has taken."""
        tries = [one for one in self._simulator.world.deliveries if is_kept(one)]
        taken = self._books.received() | {one.guid for one in tries if is_taken(one)}
        return Counter(one.guid for one in tries if one.guid not in taken)
