"""What one review may spend: lets its questions through in their order, as far as the limits allow.

What the first questions are about matters most, so none is let through before those in front of it. A
question sets aside the most that it can cost. Where that is too much, it waits for those under way:
they mostly cost less than was set aside. When none is under way, the budget is spent.
"""

import asyncio
from datetime import UTC, datetime

from bot.core.change import PullRef
from bot.core.errors import EngineFailure
from bot.core.llm.budget import TokenLimits
from bot.core.llm.messages import FailureKind
from bot.review.ports import TokenLedger

# Questions of one review for which tokens are set aside at the same time. More would keep other reviews
# from what they can have, for they are not asked at once anyhow.
MOST = 16


NOWHERE = PullRef(repository="no/repository", number=1)  # a diff that comes from nowhere
# What the operator sets the limit of a scope with.
SETTINGS = {
    "review": "BUDGET_REVIEW",
    "pull": "BUDGET_PULL",
    "repository": "BUDGET_REPOSITORY_MONTH",
    "month": "BUDGET_MONTH",
}


class FifoTurnstile:
    """A queue: whoever joins comes to the front when all that joined before have left."""

    def __init__(self) -> None:
        self._joined = 0
        self._front = 0
        self._left: set[int] = set()
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def join(self) -> int:
        """One's place, for the calls below."""
        self._joined += 1
        return self._joined - 1

    async def front(self, place: int) -> None:
        """Returns when nobody stands before `place` any more."""
        if place > self._front:
            self._waiting[place] = asyncio.get_running_loop().create_future()
            await self._waiting[place]

    def leave(self, place: int) -> None:
        """From wherever in the line; twice is as good as once."""
        if place < self._front:
            return
        self._left.add(place)
        self._waiting.pop(place, None)
        while self._front in self._left:
            self._left.remove(self._front)
            self._front += 1
        first = self._waiting.pop(self._front, None)
        if first and not first.done():
            first.set_result(None)


class TokenBudget:
    """The budget of the review that is called `job`, of `pull`."""

    def __init__(self, ledger: TokenLedger, limits: TokenLimits, pull: PullRef, job: str) -> None:
        self._ledger = ledger
        self._limits = limits
        self._pull = pull
        self._job = job
        self._open = 0
        self._settled = asyncio.Event()
        self.line = FifoTurnstile()

    @property
    def is_limited(self) -> bool:
        return self._limits != TokenLimits()

    async def grant(self, place: int, tokens: int, spare: int) -> int:
        """Sets `tokens` aside for whoever stands at `place` in the line, if `spare` are left of the review's
        then. Returns the number of the reservation.

        Raises:
            EngineFailure: of kind budget: it is spent.
        """
        await self.line.front(place)
        self._check(tokens + spare)
        while True:
            self._settled.clear()
            outcome = await self._reserve(tokens, spare) if self._open < MOST else ""
            if isinstance(outcome, int):
                self._open += 1
                return outcome
            if not self._open and not self._settled.is_set():
                is_command = self._pull == NOWHERE
                raise EngineFailure(FailureKind.BUDGET, spent(outcome, self._limits, is_command=is_command))
            await self._settled.wait()

    def _check(self, needed: int) -> None:
        """Going on with another budget of the same size would not help."""
        limit = self._limits.review
        if limit and needed > limit:
            raise EngineFailure(
                FailureKind.BUDGET,
                f"the budget of a review ({limit:,} tokens) is too small: a question with what follows it "
                f"may take {needed:,}; raise BUDGET_REVIEW or lower REVIEW_PORTION",
            )

    def settled(self) -> None:
        """A question that was granted has been paid for, or was not answered."""
        self._open -= 1
        self._settled.set()

    async def give_back(self, reservation: int) -> None:
        """The question has cost nothing."""
        await self._ledger.settle(reservation, 0)

    async def _reserve(self, tokens: int, spare: int) -> int | str:
        left = self._limits.review - spare
        if self._limits.review and left <= 0:
            return "review"
        limits = self._limits.model_copy(update={"review": max(left, 0)})
        return await self._ledger.reserve(self._pull, self._job, limits, tokens)


def spent(scope: str, limits: TokenLimits, now: datetime | None = None, *, is_command: bool = False) -> str:
    """That the budget of a scope is spent, for the reader; on the command line, `is_command`."""
    if is_command:
        return f"the budget is spent ({SETTINGS[scope]}={getattr(limits, scope)}); set it higher for more"
    tokens = f"{getattr(limits, scope):,} tokens"
    if scope == "review":
        return f"the budget of this review is spent ({tokens}); `/review continue` goes on"
    if scope == "pull":
        return f"the budget of this pull request is spent ({tokens})"
    whose = "this repository's budget" if scope == "repository" else "the server's budget"
    return f"{whose} for this month is spent ({tokens}); it starts anew on {_next_month(now)}"


def _next_month(now: datetime | None) -> str:
    """As in "1 December"."""
    today = (now or datetime.now(UTC)).astimezone(UTC)
    return f"1 {today.replace(day=1, month=today.month % 12 + 1):%B}"
