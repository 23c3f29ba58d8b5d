"""The token budget of one review: admits its requests in order, within the limits.

The first requests matter most, so no request is admitted before those in front of it. Each request reserves
its maximum cost. If that exceeds the budget, the request waits for those in progress, which mostly cost less
than they reserved. If none is in progress, the budget is spent.
"""

import asyncio
from datetime import UTC, datetime

from bot.core.change import PullRef
from bot.core.errors import EngineFailure
from bot.core.llm.budget import TokenLimits
from bot.core.llm.messages import FailureKind
from bot.review.ports import TokenLedger

# The most reservations of one review at a time. More would block the budget of other reviews for requests
# that are not sent yet.
MOST = 16


NOWHERE = PullRef(repository="no/repository", number=1)  # the pull request of a diff without one
# The setting of each scope's limit.
SETTINGS = {
    "review": "BUDGET_REVIEW",
    "pull": "BUDGET_PULL",
    "repository": "BUDGET_REPOSITORY_MONTH",
    "month": "BUDGET_MONTH",
}


class FifoTurnstile:
    """A FIFO queue: a place is at the front when all earlier places have left."""

    def __init__(self) -> None:
        self._joined = 0
        self._front = 0
        self._left: set[int] = set()
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def join(self) -> int:
        """Returns a place at the end, for the calls below."""
        self._joined += 1
        return self._joined - 1

    async def front(self, place: int) -> None:
        """Waits until `place` is at the front."""
        if place > self._front:
            self._waiting[place] = asyncio.get_running_loop().create_future()
            await self._waiting[place]

    def leave(self, place: int) -> None:
        """Leaves from any position; idempotent."""
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
    """The budget of the review `job` of `pull`."""

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
        """Reserves `tokens` for `place` in the line, provided that `spare` tokens of the review's budget
        remain. Returns the number of the reservation.

        Raises:
            EngineFailure: of kind budget: the budget is spent.
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
        """Fails early when even a full budget of the review would be too small."""
        limit = self._limits.review
        if limit and needed > limit:
            raise EngineFailure(
                FailureKind.BUDGET,
                f"the budget of a review ({limit:,} tokens) is too small: a request and its follow-up can "
                f"cost {needed:,} tokens; raise BUDGET_REVIEW or lower REVIEW_PORTION",
            )

    def settled(self) -> None:
        """Call it when an admitted request has ended, answered or not."""
        self._open -= 1
        self._settled.set()

    async def give_back(self, reservation: int) -> None:
        """Cancels a reservation: the request cost nothing."""
        await self._ledger.settle(reservation, 0)

    async def _reserve(self, tokens: int, spare: int) -> int | str:
        left = self._limits.review - spare
        if self._limits.review and left <= 0:
            return "review"
        limits = self._limits.model_copy(update={"review": max(left, 0)})
        return await self._ledger.reserve(self._pull, self._job, limits, tokens)


def spent(scope: str, limits: TokenLimits, now: datetime | None = None, *, is_command: bool = False) -> str:
    """The message that the budget of a scope is spent. `is_command`: for the command line."""
    if is_command:
        return f"the budget is spent ({SETTINGS[scope]}={getattr(limits, scope)}); raise it to review more"
    tokens = f"{getattr(limits, scope):,} tokens"
    if scope == "review":
        return f"the budget of this review is spent ({tokens}); `/review continue` reviews the rest"
    if scope == "pull":
        return f"the budget of this pull request is spent ({tokens})"
    whose = "this repository's budget" if scope == "repository" else "the server's budget"
    return f"{whose} for this month is spent ({tokens}); it renews on {_next_month(now)}"


def _next_month(now: datetime | None) -> str:
    """As in "1 December"."""
    today = (now or datetime.now(UTC)).astimezone(UTC)
    return f"1 {today.replace(day=1, month=today.month % 12 + 1):%B}"
