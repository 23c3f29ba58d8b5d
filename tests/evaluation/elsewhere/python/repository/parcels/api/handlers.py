"""The handlers of requests."""

from typing import Any

from parcels.api.cursors import read_cursor
from parcels.api.pages import page
from parcels.api.shapes import for_tablet, tracked
from parcels.carriers import Carrier
from parcels.store import ParcelStore, labels


def get_parcel(store: ParcelStore, number: int) -> dict[str, Any] | None:
    parcel = store.find(number)
    return tracked(parcel, None) if parcel else None


def list_waiting(store: ParcelStore, after: str = "") -> dict[str, Any]:
    rows = store.waiting()
    if after:
        moment, number = read_cursor(after)
        rows = [row for row in rows if (row["accepted_at"], row["id"]) > (moment, number)]
    return page([for_tablet(row) | {"accepted_at": row["accepted_at"]} for row in rows])


def print_label(store: ParcelStore, carrier: Carrier, number: int) -> bytes | None:
    """The label of a parcel."""
    parcel = store.find(number)
    if parcel is None:
        return None
    return carrier.label(parcel)
