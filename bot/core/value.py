"""The base of every value that crosses an edge."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable record; unknown fields are an error, so that a misspelt one is not lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")
