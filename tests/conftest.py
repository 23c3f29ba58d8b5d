"""Fixtures and hooks shared by all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster, cluster

# The slowest tests, which mostly wait; started last, they would leave other workers idle at the end.
FIRST = ("stories", "models", "simulator", "sandbox", "engine", "cli")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Orders the files for the workers (with --no-loadscope-reorder)."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        room = item.path.relative_to(here).parts[0]
        return FIRST.index(room) if room in FIRST else len(FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for the whole run; each test creates its own database."""
    with cluster() as running:
        yield running
