"""Records: what is kept of a review that was made."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.core.change import Change, PullRef
from bot.core.jobs import Cause
from bot.core.llm.messages import Exchange, TextLocation, Usage
from bot.core.omission import Omission
from bot.core.review import Review, ReviewSettings
from bot.core.value import Value


class ReviewStage(StrEnum):
    """How far a review has come: `made` is not yet (or not wholly) on GitHub."""

    MADE = "made"
    POSTED = "posted"


class ReviewRecord(Value):
    """One review of one head. `seconds` is what it took; `id` is None until it is saved.

    `job` is the job that made it and `comment` the summary comment on GitHub; a review from the
    command line has neither.
    """

    id: int | None = None
    pull: PullRef
    head: str
    cause: Cause
    job: int | None = None
    comment: int | None = None
    stage: ReviewStage = ReviewStage.MADE
    review: Review
    model: str | None = None
    usage: Usage = Usage(prompt=0, answer=0)
    seconds: float = Field(default=0.0, ge=0)
    created: datetime


class Transcript(Value):
    """All that the review function was given besides the change: with it, a review can be made again, byte
    for byte. `places` are the texts that were wanted, `counts` the tokens of texts
    (bot/core/llm/token_counts.py),
    `module` is the sha256 of the function. `private`: the code may not be shown to every model. `omission` is
    what was left out because the function failed with it.
    """

    settings: ReviewSettings
    exchanges: tuple[Exchange, ...] = ()
    places: tuple[TextLocation, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    module: str
    private: bool = False
    omission: Omission | None = None


class ExportedReview(Value):
    """A review with all that it was made from, on its own: what can be carried to another machine."""

    record: ReviewRecord
    change: Change
    transcript: Transcript
