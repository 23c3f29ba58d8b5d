"""Stores what the maintainers of repositories decided: learnings, dismissals, and what they took back.

An entry that is taken back is deleted. Only its id and its origin stay, so that the reply, the reaction or
the resolved thread, which are still on GitHub, do not bring it back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, select

from bot.core.findings.learnings import (
    MOST_LEARNINGS,
    EntryKind,
    Forgotten,
    LearnedReply,
    MemoryEntry,
)
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import lock, upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import dismissals, forgotten, learnings

_ID = re.compile(r"(d?)([0-9]{1,18})")
_DISMISSAL = "d"  # begins the id of a dismissal
_LOCK = "memory"


def reply_origin(comment: int) -> str:
    return f"reply {comment}"


def finding_origin(fingerprint: str) -> str:
    return f"finding {fingerprint}"


class Memory:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def learnings(self, repository: str) -> Sequence[LearnedReply]:
        """The newest learnings of a repository, the newest first."""
        own = select(learnings.c.learned).where(learnings.c.repository == repository)
        query = own.order_by(learnings.c.number.desc()).limit(MOST_LEARNINGS)
        return await self._writer.run(lambda connection: list(connection.execute(query).scalars()))

    async def of_pull(self, repository: str, pull: int) -> Mapping[int, LearnedReply]:
        """All learnings from the threads of one pull request, by the id of the reply."""
        query = select(learnings.c.learned).where(
            learnings.c.repository == repository, learnings.c.pull == pull
        )
        stored = await self._writer.run(lambda connection: list(connection.execute(query).scalars()))
        return {reply.comment: reply for reply in stored}

    async def learn(self, repository: str, replies: Sequence[LearnedReply]) -> frozenset[int]:
        """Stores replies by their id; replaces earlier texts. Ignores those that were taken back. Returns the
        ids of the others.
        """
        rows = {
            reply_origin(reply.comment): {
                "repository": repository,
                "comment": reply.comment,
                "pull": reply.pull,
                "learned": reply,
                "created": self._clock(),
            }
            for reply in replies
        }

        def work(connection: Connection) -> frozenset[int]:
            lock(connection, _LOCK)
            own = and_(forgotten.c.repository == repository, forgotten.c.origin.in_(list(rows)))
            gone = set(connection.execute(select(forgotten.c.origin).where(own)).scalars())
            kept = [row for origin, row in rows.items() if origin not in gone]
            stored = upsert(connection, learnings)
            changed = {"learned": stored.excluded.learned}
            if kept:
                connection.execute(
                    stored.on_conflict_do_update(index_elements=["repository", "comment"], set_=changed), kept
                )
            return frozenset(reply.comment for reply in replies if reply_origin(reply.comment) not in gone)

        return await self._writer.run(work) if rows else frozenset()

    async def drop(self, repository: str, comments: Iterable[int]) -> None:
        """Deletes the learnings of replies that were deleted, or that no longer give a reason."""
        own = and_(learnings.c.repository == repository, learnings.c.comment.in_(list(comments)))
        await self._writer.run(lambda connection: connection.execute(delete(learnings).where(own)))

    async def is_known(self, repository: str, comment: int) -> bool:
        """Whether a reply is a learning of the repository."""
        own = and_(learnings.c.repository == repository, learnings.c.comment == comment)
        query = select(learnings.c.number).where(own)
        number = await self._writer.run(lambda connection: connection.execute(query).scalar_one_or_none())
        return number is not None

    async def entries(self, repository: str | None = None) -> Sequence[MemoryEntry]:
        """The learnings and dismissals of a repository, or of all, the newest first."""

        def work(connection: Connection) -> list[MemoryEntry]:
            learned = [_learning_entry(row) for row in _rows(connection, learnings, repository)]
            dismissed = [_dismissal_entry(row) for row in _rows(connection, dismissals, repository)]
            return sorted((*learned, *dismissed), key=lambda entry: entry.created, reverse=True)

        return await self._writer.run(work)

    async def forget(self, ids: Sequence[str], repository: str | None = None) -> Forgotten:
        """Takes back entries by their ids, of one repository or of any. An entry that was taken back before
        counts as forgotten.
        """

        def work(connection: Connection) -> Forgotten:
            lock(connection, _LOCK)
            done = {one: self._forget(connection, one, repository) for one in dict.fromkeys(ids)}
            return Forgotten(
                forgotten=tuple(one for one, found in done.items() if found),
                unknown=tuple(one for one, found in done.items() if not found),
            )

        return await self._writer.run(work)

    def _forget(self, connection: Connection, entry: str, repository: str | None) -> bool:
        match = _ID.fullmatch(entry)
        if match is None:
            return False
        table = dismissals if match[1] else learnings
        query = select(table).where(table.c.number == int(match[2]), *_of(table, repository))
        row = connection.execute(query).one_or_none()
        if row is None:
            before = select(forgotten.c.entry).where(forgotten.c.entry == entry, *_of(forgotten, repository))
            return connection.execute(before).first() is not None
        connection.execute(delete(table).where(table.c.number == row.number))
        origin = finding_origin(row.fingerprint) if table is dismissals else reply_origin(row.comment)
        values = {"repository": row.repository, "entry": entry, "origin": origin, "created": self._clock()}
        connection.execute(upsert(connection, forgotten).on_conflict_do_nothing(), [values])
        return True


def _of(table: Table, repository: str | None) -> Sequence[ColumnElement[bool]]:
    return () if repository is None else (table.c.repository == repository,)


def _rows(connection: Connection, table: Table, repository: str | None) -> Sequence[Row[Any]]:
    query = select(table).where(*_of(table, repository)).order_by(table.c.number)
    return connection.execute(query).all()


def _learning_entry(row: Row[Any]) -> MemoryEntry:
    reply = row.learned
    return MemoryEntry(
        id=str(row.number),
        kind=EntryKind.LEARNING,
        repository=row.repository,
        author=reply.author,
        path=reply.path,
        finding=reply.finding,
        text=reply.text,
        created=row.created,
    )


def _dismissal_entry(row: Row[Any]) -> MemoryEntry:
    dismissal = row.dismissal
    return MemoryEntry(
        id=f"{_DISMISSAL}{row.number}",
        kind=EntryKind.DISMISSAL,
        repository=row.repository,
        author=dismissal.by,
        path=dismissal.path,
        finding=dismissal.title,
        how=dismissal.how,
        created=row.created,
    )
