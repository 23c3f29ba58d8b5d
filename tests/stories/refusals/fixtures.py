"""What the tests of the matrix have in common."""

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from tests.stories.refusals.matrix import Matrix, matrix
from tests.stories.refusals.outcome import Outcome


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Matrix]:
    """One server for all tests of a file."""
    async with matrix(tmp_path_factory.mktemp("matrix")) as made:
        yield made


def broken(outcomes: Sequence[Outcome]) -> str:
    """The cells in which a promise is broken, a line each."""
    return "\n".join(str(outcome) for outcome in outcomes if outcome.broken)
