"""The journal of completed model calls, so that no call is paid for twice."""

from sqlalchemy import Connection, select

from bot.core.change import PullRef
from bot.core.llm.budget import Payment, month_of
from bot.core.llm.messages import Completion
from bot.engine.db.clock import Clock
from bot.engine.db.dialects import upsert
from bot.engine.db.group_commit import Writer
from bot.engine.db.tables import journal
from bot.engine.records.token_ledger import pay


class Journal:
    """Completions by `key`, a hash of the model, the parameters and the messages."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def get(self, key: str) -> Completion | None:
        query = select(journal.c.completion).where(journal.c.key == key)
        return await self._writer.run(lambda connection: connection.execute(query).scalar_one_or_none())

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Payment | None = None
    ) -> None:
        """Durable on return. The first completion of a key is kept, so that a replay finds it.

        With `paid`, its tokens are charged to the pull request in the same transaction.
        """
        now = self._clock()
        entry: dict[str, object] = {
            "key": key,
            "pull": str(pull) if pull else None,
            "completion": completion,
            "model": completion.model,
            "prompt": completion.usage.prompt,
            "answer": completion.usage.answer,
            "created": now,
            "size": len(completion.text),
        }

        def put(connection: Connection) -> None:
            stored = upsert(connection, journal).values(**entry).on_conflict_do_nothing()
            is_new = connection.execute(stored.returning(journal.c.key)).one_or_none() is not None
            if pull and paid:
                pay(connection, pull, completion.usage.tokens, paid, month_of(now), is_new=is_new)

        await self._writer.run(put)
