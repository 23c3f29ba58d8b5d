"""What a command remembers while it runs, where the server has a database."""

from bot.core.change import PullRef
from bot.core.llm.budget import InMemoryLedger, Payment
from bot.core.llm.messages import Completion
from bot.review.produce.token_budget import NOWHERE


class RunJournal:
    """A journal for one run, and the purse that it pays from."""

    def __init__(self) -> None:
        self._known: dict[str, Completion] = {}
        self.ledger = InMemoryLedger()

    async def get(self, key: str) -> Completion | None:
        return self._known.get(key)

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Payment | None = None
    ) -> None:
        self._known.setdefault(key, completion)
        self.ledger.pay(pull or NOWHERE, completion.usage.tokens, paid or Payment())
