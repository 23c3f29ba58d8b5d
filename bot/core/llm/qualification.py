"""Whether a model told planted bugs from correct code, and may therefore report findings."""

from pydantic import Field

from bot.core.value import Value

PASSED_FROM = 2 / 3  # share of the pairs that a model must tell apart


class Qualification(Value):
    """`right` of `pairs` planted bugs were told from their correct twins by `model`."""

    model: str
    right: int = Field(ge=0)
    pairs: int = Field(ge=1)

    @property
    def passed(self) -> bool:
        return self.right / self.pairs >= PASSED_FROM

    @property
    def score(self) -> str:
        return f"{self.right} of {self.pairs}"
