"""The desk of the journey's tests."""

import pytest

from tests.review.harness import Harness


@pytest.fixture
def harness() -> Harness:
    return Harness()
