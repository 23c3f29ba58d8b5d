"""The base class of all records that cross a package boundary."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable record. Unknown fields are an error, so that typos do not go unnoticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
