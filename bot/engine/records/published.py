"""What the bot has posted on GitHub, by pull request: the summary comment, the inline comments, and the heads
whose review a check shows as in progress.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select

from bot.core.change import PullRef
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import announcements, remarks, summaries


class PublishedState:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def comment_of(self, pull: PullRef) -> tuple[int, int] | None:
        """The id of the summary comment, and how often it was recreated after a person deleted it."""
        query = select(summaries.c.comment, summaries.c.renewed).where(summaries.c.pull == str(pull))
        row = await self._writer.run(lambda connection: connection.execute(query).one_or_none())
        return (row.comment, row.renewed) if row else None

    async def remember_comment(self, pull: PullRef, comment: int, renewed: int = 0) -> None:
        values = {"comment": comment, "renewed": renewed}

        def work(connection: Connection) -> None:
            stored = upsert(connection, summaries).values(pull=str(pull), **values)
            connection.execute(stored.on_conflict_do_update(index_elements=["pull"], set_=values))

        await self._writer.run(work)

    async def remarked(self, pull: PullRef) -> frozenset[str]:
        """The fingerprints of the findings that were posted inline."""
        query = select(remarks.c.fingerprint).where(remarks.c.pull == str(pull))
        rows = await self._writer.run(lambda connection: connection.execute(query).scalars().all())
        return frozenset(rows)

    async def remember_remarks(self, pull: PullRef, fingerprints: Iterable[str]) -> None:
        now = self._clock()
        rows = [{"pull": str(pull), "fingerprint": key, "created": now} for key in fingerprints]

        def work(connection: Connection) -> None:
            connection.execute(upsert(connection, remarks).on_conflict_do_nothing(), rows)

        if rows:
            await self._writer.run(work)

    async def announce(self, pull: PullRef, head: str) -> None:
        """Stores that GitHub is about to show a review of `head` as in progress."""
        row = {"pull": str(pull), "head": head, "created": self._clock()}

        def work(connection: Connection) -> None:
            connection.execute(upsert(connection, announcements).values(**row).on_conflict_do_nothing())

        await self._writer.run(work)

    async def announced(self, pull: PullRef) -> Sequence[str]:
        """The heads whose review GitHub may still show as in progress."""
        query = select(announcements.c.head).where(announcements.c.pull == str(pull))
        rows = await self._writer.run(
            lambda connection: connection.execute(query.order_by(announcements.c.created)).scalars().all()
        )
        return list(rows)

    async def settle(self, pull: PullRef, head: str) -> None:
        """GitHub shows the outcome of the review of `head`."""
        done = delete(announcements).where(announcements.c.pull == str(pull), announcements.c.head == head)
        await self._writer.run(lambda connection: connection.execute(done))
