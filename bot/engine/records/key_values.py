"""Short texts by name, kept across restarts. Writing an empty text deletes the name."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import notes


class KeyValues:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def read(self, name: str) -> str | None:
        query = select(notes.c.text).where(notes.c.name == name)
        return await self._writer.run(lambda connection: connection.execute(query).scalar_one_or_none())

    async def write(self, name: str, text: str) -> None:
        def work(connection: Connection) -> None:
            if not text:
                connection.execute(delete(notes).where(notes.c.name == name))
                return
            stored = upsert(connection, notes).values(name=name, text=text)
            connection.execute(stored.on_conflict_do_update(index_elements=["name"], set_={"text": text}))

        await self._writer.run(work)

    async def named(self, prefix: str) -> Mapping[str, str]:
        """All texts whose name begins with `prefix`, by name."""
        query = select(notes.c.name, notes.c.text).where(notes.c.name.startswith(prefix, autoescape=True))
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        return {row.name: row.text for row in rows}
