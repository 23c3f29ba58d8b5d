"""With what a review, or the answer to a question, is to be made."""

from bot.core.llm.budget import TokenLimits
from bot.core.review import ReviewSettings
from bot.core.value import Value


class ReviewOptions(Value):
    """`settings` are without a model; `model` is the kind that the repository wants ("openai", "llama",
    "none", or empty: as the operator orders them).

    `private`: the code must not leave for a model that the operator did not allow for it. `patient`: a model
    that is away is waited for. `job` names the review for its budget. `fresh`: no answers of earlier reviews
    are used again, only those of this job.
    """

    settings: ReviewSettings
    model: str = ""
    limits: TokenLimits = TokenLimits()
    private: bool = False
    patient: bool = False
    job: str = ""
    fresh: bool = False
