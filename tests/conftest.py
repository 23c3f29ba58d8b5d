"""What the tests of several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster, cluster

# Whose tests take longest, mostly waiting; begun last, they would leave the other workers idle in the end.
FIRST = ("stories", "models", "simulator", "sandbox", "engine", "cli")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are handed to workers (with --no-loadscope-reorder)."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        room = item.path.relative_to(here).parts[0]
        return FIRST.index(room) if room in FIRST else len(FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for the whole run; each test makes a database of its own."""
    with cluster() as running:
        yield running
