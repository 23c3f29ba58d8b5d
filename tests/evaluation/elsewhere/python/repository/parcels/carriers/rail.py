"""Parcels that go by night train."""

from collections.abc import Sequence
from typing import Any

import httpx

from parcels.carriers.base import Carrier
from parcels.core import retry


class RailCarrier(Carrier):
    name = "rail"

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def label(self, parcel: dict[str, Any]) -> bytes:
        text = f"{parcel['reference']}|{parcel['grams']}|{parcel['address']}"
        return text.encode("latin-1", "replace")

    @retry(times=3, pause=2.0)
    def report(self, parcels: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        states = []
        for batch in self.batches(parcels):
            answer = self._client.post("/v2/report", json={"parcels": [one["reference"] for one in batch]})
            states += answer.json()["states"]
        return states
