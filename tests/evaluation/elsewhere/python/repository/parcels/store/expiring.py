"""Values that are forgotten after a while."""

from datetime import timedelta
from typing import Any

from parcels.core import now


class Expiring:
    def __init__(self, name: str) -> None:
        self._name = name
        self._values: dict[str, tuple[Any, Any]] = {}

    def get(self, key: str) -> Any | None:
        value, until = self._values.get(key, (None, None))
        return value if until and now() < until else None

    def keep(self, key: str, value: Any, lifetime: int) -> None:
        self._values[key] = (value, now() + timedelta(minutes=lifetime))

    def forget(self, key: str) -> None:
        self._values.pop(key, None)
