"""What the tests of several rooms share."""

from collections.abc import Iterator

import pytest

from tests.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for the whole run; each test makes a database of its own."""
    with cluster() as running:
        yield running
