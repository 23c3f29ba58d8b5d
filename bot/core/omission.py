"""What is left out of a review because the review function fails with it."""

from pydantic import Field

from bot.core.review import ReviewSettings
from bot.core.value import Value


class Omission(Value):
    """`families` are the families of rules that are left out; with `rules`, all rules are. `slow`: they took
    too long. It holds as soon as the function is called with `after` answers: until then it did not fail.
    """

    families: tuple[str, ...] = ()
    rules: bool = False
    slow: bool = False
    after: int = Field(default=0, ge=0)

    def narrowed(self, settings: ReviewSettings) -> ReviewSettings:
        """`settings` without what is left out."""
        features = settings.features
        if self.rules:
            features = features.model_copy(update={"signals": False})
        omit = dict.fromkeys((*settings.omit, *self.families))
        return settings.model_copy(update={"features": features, "omit": tuple(omit)})
