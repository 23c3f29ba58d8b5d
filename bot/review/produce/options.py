"""The options of a review, or of an answer to a question."""

from bot.core.llm.budget import TokenLimits
from bot.core.review import ReviewSettings
from bot.core.value import Value


class ReviewOptions(Value):
    """`settings` have no model yet; `model` is the kind that the repository chose ("openai", "llama", "none";
    empty: the operator's order).

    `private`: only models that the operator allows for private code may be called. `patient`: wait for an
    unavailable model. `job` identifies the review in the token ledger. `fresh`: reuse only answers of this
    job, not of earlier reviews.
    """

    settings: ReviewSettings
    model: str = ""
    limits: TokenLimits = TokenLimits()
    private: bool = False
    patient: bool = False
    job: str = ""
    fresh: bool = False
