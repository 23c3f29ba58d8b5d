"""Budgets of the repository beside those of the operator."""

from bot.core.config.values import Configuration
from bot.core.llm.budget import TokenLimits


def limits(operator: TokenLimits, config: Configuration) -> TokenLimits:
    """The lower of both in each scope: a repository can only lower what the operator allows."""
    return TokenLimits(
        review=_lower(operator.review, config.budget.review),
        pull=_lower(operator.pull, config.budget.pull),
        repository=_lower(operator.repository, config.budget.month),
        month=operator.month,
    )


def _lower(one: int, other: int) -> int:
    """0 stands for no limit."""
    return min(one, other) if one and other else one or other
