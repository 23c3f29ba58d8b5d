"""What the API answers, as JSON."""

from datetime import datetime
from typing import Any


def tracked(parcel: dict[str, Any], arrival: datetime | None) -> dict[str, Any]:
    """A parcel as the tracking page shows it."""
    return {
        "reference": parcel["reference"],
        "state": parcel["state"],
        "arrivesAt": arrival.isoformat() if arrival else None,
        "carrier": parcel["carrier"],
    }


def for_tablet(parcel: dict[str, Any]) -> dict[str, Any]:
    """A parcel as the depot's tablet shows it."""
    return {"id": parcel["id"], "reference": parcel["reference"], "arrival": parcel["accepted_at"]}
