"""What every carrier can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

BATCH = 400
"""Parcels that are reported in one request."""


class Carrier(ABC):
    name = ""

    @abstractmethod
    def label(self, parcel: dict[str, Any]) -> bytes:
        """The label to print."""

    @abstractmethod
    def report(self, parcels: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """The state of parcels, as the carrier sees it."""

    def batches(self, parcels: Sequence[dict[str, Any]]) -> Sequence[Sequence[dict[str, Any]]]:
        return [parcels[start : start + BATCH] for start in range(0, len(parcels), BATCH)]
