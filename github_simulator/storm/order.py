"""The parameters of a storm."""

from pydantic import Field

from bot.core.value import Value
from github_simulator.storm.kinds import PASSING, Kind


class Storm(Value):
    """Strikes the share `rate` of all calls and deliveries, each with one of `kinds`.

    The strikes depend only on `seed` and on the count of calls with the same key (method and template). No
    key is struck more than `most_in_a_row` times in a row, so that a client that retries succeeds, unless
    `kinds` contains permanent ones.

    `latency` is the longest delay and `jump` the largest jump of the clock, in seconds; the clock is reset
    after `jump_calls` calls. `retry_after` is how long limits last, in seconds.
    """

    seed: int = Field(ge=-(2**63), lt=2**63)
    rate: float = Field(default=0.1, ge=0, le=1)
    kinds: frozenset[Kind] = Field(default=PASSING, min_length=1)
    most_in_a_row: int = Field(default=2, ge=1, le=1000)
    latency: float = Field(default=1.0, ge=0, le=600)
    retry_after: int = Field(default=1, ge=0, le=3600)
    jump: float = Field(default=30.0, ge=0, le=1_000_000)
    jump_calls: int = Field(default=2, ge=1, le=1000)
