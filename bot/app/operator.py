"""The operator's defaults and budgets for reviews."""

from bot.core.config import Layer, operator_layer
from bot.core.llm.budget import TokenLimits
from bot.settings import Settings


def operator(settings: Settings) -> Layer:
    """The configuration layer below those of organisations and repositories."""
    layer = operator_layer(
        language=settings.review_language,
        threshold=settings.review_threshold,
        findings=settings.review_findings,
        drafts=settings.review_drafts,
        bots=settings.review_bots,
    )
    values = {**layer.values, "confidence": settings.review_confidence}
    return layer.model_copy(update={"values": values})


def budget(settings: Settings) -> TokenLimits:
    """The token limits by scope."""
    return TokenLimits(
        review=settings.budget_review,
        pull=settings.budget_pull,
        repository=settings.budget_repository_month,
        month=settings.budget_month,
    )
