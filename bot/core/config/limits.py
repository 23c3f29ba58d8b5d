"""Combines the token limits of the operator and the repository."""

from bot.core.config.values import Configuration
from bot.core.llm.budget import TokenLimits


def limits(operator: TokenLimits, config: Configuration) -> TokenLimits:
    """The lower limit in each scope: a repository can only lower the operator's limits."""
    return TokenLimits(
        review=_lower(operator.review, config.budget.review),
        pull=_lower(operator.pull, config.budget.pull),
        repository=_lower(operator.repository, config.budget.month),
        month=operator.month,
    )


def _lower(first: int, second: int) -> int:
    """The lower of two limits; 0 is no limit."""
    return min(first, second) if first and second else first or second
