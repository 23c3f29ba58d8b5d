"""Stores the findings of pull requests with their status, and the dismissals of repositories."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from bot.core.change import PullRef
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import dismissals as dismissals_table
from bot.engine.db.tables import findings, forgotten
from bot.engine.records.memory import finding_origin


class Findings:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def of(self, pull: PullRef) -> Sequence[TrackedFinding]:
        """All findings ever posted on the pull request, oldest first."""
        query = select(findings.c.known).where(findings.c.pull == str(pull)).order_by(findings.c.number)
        return await self._writer.run(lambda connection: list(connection.execute(query).scalars()))

    async def save(self, pull: PullRef, known: Iterable[TrackedFinding]) -> None:
        """Stores findings; replaces those with the same fingerprint."""
        now = self._clock()
        by_key = {finding.fingerprint: finding for finding in known}
        rows = [
            {"pull": str(pull), "fingerprint": key, "known": finding, "updated": now}
            for key, finding in by_key.items()
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
        """The dismissals of a repository, oldest first."""
        query = select(dismissals_table.c.dismissal).where(dismissals_table.c.repository == repository)
        ordered = query.order_by(dismissals_table.c.number)
        return await self._writer.run(lambda connection: list(connection.execute(ordered).scalars()))

    async def restored(self, repository: str) -> frozenset[str]:
        """The fingerprints of findings whose dismissal was taken back."""
        query = select(forgotten.c.origin).where(
            forgotten.c.repository == repository, forgotten.c.origin.startswith(finding_origin(""))
        )
        origins = await self._writer.run(lambda connection: list(connection.execute(query).scalars()))
        return frozenset(origin.removeprefix(finding_origin("")) for origin in origins)

    async def dismiss(self, repository: str, dismissals: Iterable[Dismissal]) -> None:
        """Stores dismissals; idempotent. A finding whose dismissal was taken back can be dismissed again."""
        now = self._clock()
        rows = [
            {
                "repository": repository,
                "fingerprint": dismissal.fingerprint,
                "dismissal": dismissal,
                "created": now,
            }
            for dismissal in dismissals
        ]
        origins = [finding_origin(str(row["fingerprint"])) for row in rows]

        def work(connection: Connection) -> None:
            connection.execute(upsert(connection, dismissals_table).on_conflict_do_nothing(), rows)
            connection.execute(
                update(forgotten)
                .where(forgotten.c.repository == repository, forgotten.c.origin.in_(origins))
                .values(origin="")
            )

        if rows:
            await self._writer.run(work)
