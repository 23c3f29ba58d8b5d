"""The journal and the token ledger of a command, in memory instead of in the server's database."""

from bot.core.change import PullRef
from bot.core.llm.budget import InMemoryLedger, Payment
from bot.core.llm.messages import Completion
from bot.review.produce.token_budget import NOWHERE


class RunJournal:
    """A journal for one run, with its token ledger."""

    def __init__(self) -> None:
        self._completions: dict[str, Completion] = {}
        self.ledger = InMemoryLedger()

    async def get(self, key: str) -> Completion | None:
        return self._completions.get(key)

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Payment | None = None
    ) -> None:
        self._completions.setdefault(key, completion)
        self.ledger.pay(pull or NOWHERE, completion.usage.tokens, paid or Payment())
