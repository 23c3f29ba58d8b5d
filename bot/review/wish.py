"""With what a review, or the answer to a question, is to be made."""

from bot.core.budget import Limits
from bot.core.review import Settings
from bot.core.value import Value


class Wish(Value):
    """`settings` are without a model; `model` is the kind that the repository wants ("openai", "llama",
    "none", or empty: as the operator orders them).

    `private`: the code must not leave for a model that the operator did not allow for it. `patient`: a model
    that is away is waited for. `job` names the review for its budget. `fresh`: no answers of earlier reviews
    are used again, only those of this job.
    """

    settings: Settings
    model: str = ""
    limits: Limits = Limits()
    private: bool = False
    patient: bool = False
    job: str = ""
    fresh: bool = False
