"""How a storm is asked for."""

from pydantic import Field

from bot.core.value import Value
from github_simulator.storm.kinds import PASSING, Kind


class Storm(Value):
    """Strikes the share `rate` of all calls and deliveries, each in one of `kinds`.

    Which are struck, and how, depends on `seed` and on the how-manieth of its key a call is, not on what
    else goes on. No key (method and template) is struck more than `most_in_a_row` times in a row: a client
    that tries again gets through, unless `kinds` holds some that are permanent.

    `latency` is the longest delay and `jump` the farthest that the clock moves, in seconds; it is moved
    back after `jump_calls` calls, whosesoever. `retry_after` is how long limits last, in seconds.
    """

    seed: int = Field(ge=-(2**63), lt=2**63)
    rate: float = Field(default=0.1, ge=0, le=1)
    kinds: frozenset[Kind] = Field(default=PASSING, min_length=1)
    most_in_a_row: int = Field(default=2, ge=1, le=1000)
    latency: float = Field(default=1.0, ge=0, le=600)
    retry_after: int = Field(default=1, ge=0, le=3600)
    jump: float = Field(default=30.0, ge=0, le=1_000_000)
    jump_calls: int = Field(default=2, ge=1, le=1000)
