"""What a command remembers while it runs, where the server has a database."""

from bot.core.budget import LocalPurse, Paid
from bot.core.change import PullRef
from bot.core.exchange import Completion
from bot.review.allowance import NOWHERE


class Memory:
    """A journal for one run, and the purse that it pays from."""

    def __init__(self) -> None:
        self._known: dict[str, Completion] = {}
        self.purse = LocalPurse()

    async def get(self, key: str) -> Completion | None:
        return self._known.get(key)

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Paid | None = None
    ) -> None:
        self._known.setdefault(key, completion)
        self.purse.pay(pull or NOWHERE, completion.usage.tokens, paid or Paid())
