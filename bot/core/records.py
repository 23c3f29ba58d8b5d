"""Stored records of completed reviews."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from bot.core.change import Change, PullRef
from bot.core.jobs import Cause
from bot.core.llm.messages import Exchange, TextLocation, Usage
from bot.core.omission import Omission
from bot.core.review import Review, ReviewSettings
from bot.core.value import Value


class ReviewStage(StrEnum):
    """The progress of a review: `made` is not yet completely on GitHub."""

    MADE = "made"
    POSTED = "posted"


class ReviewRecord(Value):
    """One review of one head. `seconds` is its duration; `id` is None until it is saved.

    `job` is the job that produced it and `comment` the summary comment on GitHub; a review from the command
    line has neither.
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
    """All inputs of the review function besides the change, so that a replay yields the same bytes. `places`
    are the requested texts, `counts` the token counts of texts (bot/core/llm/token_counts.py), `module` is
    the sha256 of the function. `private`: not every model may receive the code. `omission` lists the rules
    that were skipped because they failed.
    """

    settings: ReviewSettings
    exchanges: tuple[Exchange, ...] = ()
    places: tuple[TextLocation, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    module: str
    private: bool = False
    omission: Omission | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_lookups(cls, given: Any) -> Any:
        """A transcript of a release before look-ups made none."""
        features = given.get("settings", {}).get("features") if _is_stored(given) else None
        if isinstance(features, dict):
            features.setdefault("lookups", False)
        return given


def _is_stored(given: Any) -> bool:
    return isinstance(given, dict) and isinstance(given.get("settings"), dict)


class ExportedReview(Value):
    """A review with all its inputs, for replay on another machine."""

    record: ReviewRecord
    change: Change
    transcript: Transcript
