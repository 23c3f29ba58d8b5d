"""The desk of the journey's tests."""

import pytest

from tests.review.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
