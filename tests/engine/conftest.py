"""A store on a new database of either kind, and a clock that tests advance."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.engine import Store, connect


class HandClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """A new database; a test that uses it runs on both kinds."""
    if request.param == "sqlite":
        return sqlite_url
    fresh: str = request.getfixturevalue("postgres").fresh()
    return fresh


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    async with await connect(url, clock) as opened:
        yield opened


@pytest.fixture
async def sqlite_store(sqlite_url: str, clock: HandClock) -> AsyncIterator[Store]:
    """For tests of the file itself."""
    async with await connect(sqlite_url, clock) as opened:
        yield opened
