"""The time, and days as depots see them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """The day at the depot: its tours end at two in the morning."""
    return (moment.astimezone(ZoneInfo(zone)) - timedelta(hours=2)).date()
