"""The reviews that were made, with the changes they speak of."""

import asyncio
import zlib

from sqlalchemy import Connection, Row, select

from bot.core.change import Change, PullRef
from bot.core.exchange import Usage
from bot.core.records import Record
from bot.engine.dialects import upsert
from bot.engine.tables import reviews
from bot.engine.writer import Writer


class Records:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def save(self, record: Record, change: Change | None = None) -> Record:
        """Stores a record, and the change it speaks of. One of the same job takes the old one's place."""
        columns = _columns(record)
        if change is not None:
            packed = await asyncio.to_thread(_packed, change)
            columns |= {"change": packed, "size": len(packed)}
        number = await self._writer.run(lambda connection: _save(connection, columns))
        return record.model_copy(update={"id": number})

    async def latest(self, pull: PullRef) -> Record | None:
        """The last review of a pull request that was saved."""
        query = select(*_light).where(reviews.c.pull == str(pull)).order_by(reviews.c.id.desc()).limit(1)
        row = await self._writer.run(lambda connection: connection.execute(query).one_or_none())
        return _record(row) if row else None

    async def change(self, record: int) -> Change | None:
        """The change that record number `record` speaks of, where it was kept."""
        query = select(reviews.c.change).where(reviews.c.id == record)
        packed = await self._writer.run(lambda connection: connection.execute(query).scalar_one_or_none())
        return await asyncio.to_thread(_unpacked, packed) if packed else None


_light = [column for column in reviews.c if column.name not in ("change", "size")]


def _columns(record: Record) -> dict[str, object]:
    plain = record.model_dump(exclude={"pull", "review", "usage"})
    columns = plain | {
        "pull": str(record.pull),
        "installation": record.pull.installation,
        "review": record.review,
        "prompt": record.usage.prompt,
        "answer": record.usage.answer,
    }
    if record.id is None:
        del columns["id"]
    return columns


def _save(connection: Connection, columns: dict[str, object]) -> int:
    known = reviews.c.id if "id" in columns else reviews.c.job
    kept = {name: value for name, value in columns.items() if name != "id"}
    stored = (
        upsert(connection, reviews).values(**columns).on_conflict_do_update(index_elements=[known], set_=kept)
    )
    return int(connection.execute(stored.returning(reviews.c.id)).scalar_one())


def _record(row: Row[tuple[object, ...]]) -> Record:
    values = row._asdict()
    repository, _, number = values.pop("pull").rpartition("#")
    installation = values.pop("installation")
    usage = Usage(prompt=values.pop("prompt"), answer=values.pop("answer"))
    pull = PullRef(repository=repository, number=int(number), installation=installation)
    return Record(pull=pull, usage=usage, **values)


def _packed(change: Change) -> bytes:
    return zlib.compress(change.model_dump_json().encode())


def _unpacked(packed: bytes) -> Change:
    return Change.model_validate_json(zlib.decompress(packed))
