"""Budgets: how many tokens may be paid for, questions and answers together."""

from datetime import UTC, datetime

from pydantic import Field

from bot.core.value import Value


class Limits(Value):
    """The most tokens of one review, of a pull request, and in a calendar month (UTC) of a repository and of
    the whole server. 0: no limit.
    """

    review: int = Field(default=0, ge=0)
    pull: int = Field(default=0, ge=0)
    repository: int = Field(default=0, ge=0)
    month: int = Field(default=0, ge=0)


class Spending(Value):
    """Tokens paid for so far, in the same four scopes."""

    review: int = 0
    pull: int = 0
    repository: int = 0
    month: int = 0

    def spent(self, limits: Limits, tokens: int = 1) -> str | None:
        """The first scope (a field's name) in which `tokens` more would be too many, if there is one."""
        for scope in Spending.model_fields:
            limit = getattr(limits, scope)
            if limit and getattr(self, scope) + tokens > limit:
                return scope
        return None


def month_of(moment: datetime) -> str:
    """As in "2026-11"."""
    return f"{moment.astimezone(UTC):%Y-%m}"
