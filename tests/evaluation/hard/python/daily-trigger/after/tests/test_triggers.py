from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.triggers import Daily, Interval

BERLIN = ZoneInfo("Europe/Berlin")


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 6, day, hour, minute, tzinfo=UTC)


def test_the_first_run_is_today_if_there_is_time() -> None:
    daily = Daily(time(6, 30), BERLIN)

    assert daily.first(utc(3, 4)) == utc(3, 4, 30)
    assert daily.first(utc(3, 5)) == utc(4, 4, 30)
    assert daily.first(utc(3, 4, 30)) == utc(4, 4, 30)


def test_days_are_those_of_the_zone() -> None:
    assert Daily(time(0, 15), BERLIN).first(utc(3, 22)) == utc(3, 22, 15)


def test_only_on_working_days() -> None:
    daily = Daily(time(6, 30), BERLIN, frozenset(range(5)))

    assert daily.following(utc(7, 4, 30), utc(7, 4, 31)) == utc(10, 4, 30)


def test_missed_runs_are_left_out() -> None:
    assert Daily(time(6, 30), BERLIN).following(utc(3, 4, 30), utc(6, 12)) == utc(7, 4, 30)


def test_an_interval_counts_from_the_end() -> None:
    assert Interval(timedelta(hours=1)).following(utc(3, 4), utc(3, 9)) == utc(3, 10)


def test_an_interval_is_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        Interval(timedelta())
