"""Fixtures of the job runner's tests."""

import pytest

from tests.review.harness import Harness


@pytest.fixture
def harness() -> Harness:
    return Harness()
