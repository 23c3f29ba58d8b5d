"""When a job runs. All moments are in UTC; zones matter only in `Daily`."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = frozenset(range(7))  # as datetime.weekday counts: 0 is Monday


class Trigger(Protocol):
    def first(self, now: datetime) -> datetime:
        """The first run of a scheduler that starts now."""
        ...

    def following(self, last: datetime, now: datetime) -> datetime:
        """The run after `last`, which was due then and is over now. Always later than `now`."""
        ...


@dataclass(frozen=True)
class Interval:
    """Every so often, counted from the end of the last run."""

    every: timedelta

    def __post_init__(self) -> None:
        if self.every <= timedelta():
            raise ValueError("an interval must be positive")

    def first(self, now: datetime) -> datetime:
        return now + self.every

    def following(self, last: datetime, now: datetime) -> datetime:
        # From now, not from `last`: a slow job must not run back to back.
        return now + self.every


@dataclass(frozen=True)
class Daily:
    """At a time of the day by the clock of a zone."""

    at: time
    zone: ZoneInfo
    weekdays: frozenset[int] = WEEK

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= WEEK:
            raise ValueError("weekdays are numbers from 0 to 6, at least one")
        if self.at.tzinfo is not None:
            raise ValueError("the time must not have a zone of its own")

    def first(self, now: datetime) -> datetime:
        today = now.astimezone(self.zone).date()
        return self._next_wanted(self._on(today.toordinal()), now)

    def following(self, last: datetime, now: datetime) -> datetime:
        """The next run on a wanted day. Runs between `last` and `now` were missed, and are not made up for."""
        return self._next_wanted(last, max(last, now))

    def _next_wanted(self, moment: datetime, after: datetime) -> datetime:
        while moment <= after or moment.astimezone(self.zone).weekday() not in self.weekdays:
            moment += DAY
        return moment

    def _on(self, day: int) -> datetime:
        """The moment of the run on a day, given by its ordinal. A time that the clock skips becomes a later one."""
        local = datetime.combine(datetime.fromordinal(day), self.at, tzinfo=self.zone)
        return local.astimezone(UTC)
