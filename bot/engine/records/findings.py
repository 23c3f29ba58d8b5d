"""What was found in pull requests, what became of it, and what a repository wants to hear no more."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from bot.core.change import PullRef
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import dismissals as silenced
from bot.engine.db.tables import findings


class Findings:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def of(self, pull: PullRef) -> Sequence[TrackedFinding]:
        """All that were ever found in the pull request, the oldest first."""
        query = select(findings.c.known).where(findings.c.pull == str(pull)).order_by(findings.c.number)
        return await self._writer.run(lambda connection: list(connection.execute(query).scalars()))

    async def save(self, pull: PullRef, known: Iterable[TrackedFinding]) -> None:
        """Stores them; one of the same fingerprint takes the old one's place."""
        now = self._clock()
        named = {one.fingerprint: one for one in known}
        rows = [
            {"pull": str(pull), "fingerprint": key, "known": one, "updated": now}
            for key, one in named.items()
        ]

        def work(connection: Connection) -> None:
            stored = upsert(connection, findings)
            changed = {"known": stored.excluded.known, "updated": stored.excluded.updated}
            connection.execute(
                stored.on_conflict_do_update(index_elements=["pull", "fingerprint"], set_=changed), rows
            )

        if rows:
            await self._writer.run(work)

    async def dismissals(self, repository: str) -> Sequence[Dismissal]:
        """The oldest first."""
        query = select(silenced.c.dismissal).where(silenced.c.repository == repository)
        ordered = query.order_by(silenced.c.number)
        return await self._writer.run(lambda connection: list(connection.execute(ordered).scalars()))

    async def dismiss(self, repository: str, dismissals: Iterable[Dismissal]) -> None:
        """From now on; twice is as good as once."""
        now = self._clock()
        rows = [
            {"repository": repository, "fingerprint": one.fingerprint, "dismissal": one, "created": now}
            for one in dismissals
        ]

        def work(connection: Connection) -> None:
            connection.execute(upsert(connection, silenced).on_conflict_do_nothing(), rows)

        if rows:
            await self._writer.run(work)
