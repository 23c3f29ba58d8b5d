from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine import Store, connect
from tests.web.site import Site, site


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


@pytest.fixture
async def web(store: Store) -> AsyncIterator[Site]:
    async with site(store) as opened:
        yield opened
