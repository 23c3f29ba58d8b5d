"""The load and the counters of a local model."""

from pydantic import Field

from bot.core.value import Value


class EngineStats(Value):
    """Counters only grow while the bot runs. Seconds are None if the model's server does not report them."""

    up: bool
    slots: int = Field(ge=0)
    busy: int = Field(ge=0)
    waiting: int = Field(ge=0)
    restarts: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    answer_tokens: int = Field(default=0, ge=0)
    prompt_seconds: float | None = Field(default=None, ge=0)
    answer_seconds: float | None = Field(default=None, ge=0)
