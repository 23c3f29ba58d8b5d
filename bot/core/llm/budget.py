"""Token budgets, which count prompts and answers together."""

from collections import Counter
from datetime import UTC, datetime
from itertools import count

from pydantic import Field

from bot.core.change import PullRef
from bot.core.value import Value


class TokenLimits(Value):
    """Token limits for a review, a pull request, and a calendar month (UTC) of a repository and of the whole
    server. 0: no limit.
    """

    review: int = Field(default=0, ge=0)
    pull: int = Field(default=0, ge=0)
    repository: int = Field(default=0, ge=0)
    month: int = Field(default=0, ge=0)


class Spending(Value):
    """Tokens used so far, in the same four scopes."""

    review: int = 0
    pull: int = 0
    repository: int = 0
    month: int = 0

    def __add__(self, other: "Spending") -> "Spending":
        return Spending(
            review=self.review + other.review,
            pull=self.pull + other.pull,
            repository=self.repository + other.repository,
            month=self.month + other.month,
        )

    def spent(self, limits: TokenLimits, tokens: int = 1) -> str | None:
        """The first scope (a field's name) whose limit `tokens` more would exceed; None if there is none."""
        for scope in Spending.model_fields:
            limit = getattr(limits, scope)
            if limit and getattr(self, scope) + tokens > limit:
                return scope
        return None


class Payment(Value):
    """The payment for a request: by the review named `job`, from its `reservation`."""

    job: str = ""
    reservation: int | None = None


def month_of(moment: datetime) -> str:
    """For example "2026-11"."""
    return f"{moment.astimezone(UTC):%Y-%m}"


class InMemoryLedger:
    """A ledger in memory, for a process that ends before the month does."""

    def __init__(self) -> None:
        self._paid: Counter[tuple[PullRef, str]] = Counter()
        self._reserved: dict[int, tuple[PullRef, str, int]] = {}
        self._numbers = count(1)

    async def reserve(self, pull: PullRef, job: str, limits: TokenLimits, tokens: int) -> int | str:
        """The number of the reservation, or the scope whose limit prevents it."""
        scope = self._with_reserved(pull, job).spent(limits, tokens)
        if scope:
            return scope
        number = next(self._numbers)
        self._reserved[number] = (pull, job, tokens)
        return number

    async def settle(self, reservation: int, tokens: int) -> None:
        pull, job, _ = self._reserved.pop(reservation)
        self._paid[pull, job] += tokens

    def pay(self, pull: PullRef, tokens: int, paid: Payment) -> None:
        """Records the tokens of an answered request."""
        if paid.reservation is not None:
            self._reserved.pop(paid.reservation, None)
        self._paid[pull, paid.job] += tokens

    async def spending(self, pull: PullRef, job: str) -> Spending:
        return _sums(self._paid, pull, job)

    def _with_reserved(self, pull: PullRef, job: str) -> Spending:
        together = Counter(self._paid)
        for owner, name, tokens in self._reserved.values():
            together[owner, name] += tokens
        return _sums(together, pull, job)


def _sums(paid: Counter[tuple[PullRef, str]], pull: PullRef, job: str) -> Spending:
    items = paid.items()
    return Spending(
        review=paid[pull, job],
        pull=sum(tokens for (whose, _), tokens in items if whose == pull),
        repository=sum(tokens for (whose, _), tokens in items if whose.repository == pull.repository),
        month=paid.total(),
    )
