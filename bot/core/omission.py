"""The rules that a review skips because the review function fails with them."""

from pydantic import Field

from bot.core.review import ReviewSettings
from bot.core.value import Value


class Omission(Value):
    """`families` are the skipped rule families; with `rules`, all rules are skipped. `slow`: they timed out.
    The omission applies once the function is called with `after` answers, before which it did not fail.
    """

    families: tuple[str, ...] = ()
    rules: bool = False
    slow: bool = False
    after: int = Field(default=0, ge=0)

    def narrowed(self, settings: ReviewSettings) -> ReviewSettings:
        """`settings` without the skipped rules."""
        features = settings.features
        if self.rules:
            features = features.model_copy(update={"signals": False})
        omit = dict.fromkeys((*settings.omit, *self.families))
        return settings.model_copy(update={"features": features, "omit": tuple(omit)})
