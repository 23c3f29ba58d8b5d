"""Stores finished reviews with their changes and transcripts."""

import asyncio
import zlib
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from bot.core.change import Change, PullRef
from bot.core.llm.messages import Usage
from bot.core.records import ReviewRecord, Transcript
from bot.core.value import Value
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.safe_text import as_json
from bot.engine.db.tables import reviews

T = TypeVar("T", bound=Value)


class Records:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def save(
        self, record: ReviewRecord, change: Change | None = None, transcript: Transcript | None = None
    ) -> ReviewRecord:
        """Stores a record with its change and transcript. It replaces a record of the same job, whose change
        and transcript are kept unless new ones are given.
        """
        columns = _columns(record)
        for name, value in (("change", change), ("transcript", transcript)):
            if value is not None:
                columns[name] = await asyncio.to_thread(_packed, value)
        number = await self._writer.run(lambda connection: _save(connection, columns))
        return record.model_copy(update={"id": number})

    async def latest(self, pull: PullRef) -> ReviewRecord | None:
        """The most recently saved review of a pull request."""
        return await self._one(reviews.c.pull == str(pull))

    async def get(self, record: int) -> ReviewRecord | None:
        """Record number `record`."""
        return await self._one(reviews.c.id == record)

    async def of_job(self, job: int) -> ReviewRecord | None:
        """The review of job number `job`."""
        return await self._one(reviews.c.job == job)

    async def change(self, record: int) -> Change | None:
        """The change of record number `record`, if it was stored."""
        packed = await self._bytes("change", record)
        return await asyncio.to_thread(_unpacked, Change, packed) if packed else None

    async def transcript(self, record: int) -> Transcript | None:
        """The transcript of record number `record`, if it was stored."""
        packed = await self._bytes("transcript", record)
        return await asyncio.to_thread(_unpacked, Transcript, packed) if packed else None

    async def _one(self, where: ColumnElement[bool]) -> ReviewRecord | None:
        query = select(*_light).where(where).order_by(reviews.c.id.desc()).limit(1)
        row = await self._writer.run(lambda connection: connection.execute(query).one_or_none())
        return _record(row) if row else None

    async def _bytes(self, name: str, record: int) -> bytes | None:
        query = select(reviews.c[name]).where(reviews.c.id == record)
        return await self._writer.run(lambda connection: connection.execute(query).scalar_one_or_none())


_HEAVY = ("change", "transcript", "size")
_light = [column for column in reviews.c if column.name not in _HEAVY]


def _columns(record: ReviewRecord) -> dict[str, object]:
    plain = record.model_dump(exclude={"pull", "review", "usage"})
    columns = plain | {
        "pull": str(record.pull),
        "installation": record.pull.installation,
        "review": record.review,
        "prompt": record.usage.prompt,
        "answer": record.usage.answer,
        "cached": record.usage.cached,
        "estimated": record.usage.estimated,
    }
    if record.id is None:
        del columns["id"]
    return columns


def _save(connection: Connection, columns: dict[str, object]) -> int:
    conflict = reviews.c.id if "id" in columns else reviews.c.job
    changes = {name: value for name, value in columns.items() if name != "id"}
    stored = (
        upsert(connection, reviews)
        .values(**columns)
        .on_conflict_do_update(index_elements=[conflict], set_=changes)
    )
    number = int(connection.execute(stored.returning(reviews.c.id)).scalar_one())
    if "change" in columns or "transcript" in columns:
        bytes_ = [func.coalesce(func.length(reviews.c[name]), 0) for name in ("change", "transcript")]
        connection.execute(update(reviews).where(reviews.c.id == number).values(size=bytes_[0] + bytes_[1]))
    return number


def _record(row: Row[tuple[object, ...]]) -> ReviewRecord:
    values = row._asdict()
    repository, _, number = values.pop("pull").rpartition("#")
    installation = values.pop("installation")
    usage = Usage(**{name: values.pop(name) for name in Usage.model_fields})
    pull = PullRef(repository=repository, number=int(number), installation=installation)
    return ReviewRecord(pull=pull, usage=usage, **values)


def _packed(value: Value) -> bytes:
    return zlib.compress(as_json(value).encode())


def _unpacked(kind: type[T], packed: bytes) -> T:
    return kind.model_validate_json(zlib.decompress(packed))
