"""Settings from the environment."""

import os
import re

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"(?P<number>\d+)(?P<unit>ms|s|m|h)")


def text(name: str, default: str) -> str:
    return os.environ.get(f"RUNNER_{name.upper()}", default)


def duration(name: str, default: str) -> int:
    """A setting such as `30s` or `5m`, as the database and the metrics count time: in milliseconds."""
    read = _DURATION.fullmatch(text(name, default).strip())
    if read is None:
        raise ValueError(f"RUNNER_{name.upper()} is not a duration")
    return int(read["number"]) * _UNITS[read["unit"]]
