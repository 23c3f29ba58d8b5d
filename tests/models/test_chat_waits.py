"""How long a server asks to wait, in every way it may say so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.chat.waits import A_DAY, Waits, asked_wait

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7),
        ({"retry-after": "Sun, 01 Mar 2026 12:01:30 GMT"}, 90),
        ({"retry-after": "Sun, 01 Mar 2026 12:01:30 -0000"}, 90),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "1e300"}, A_DAY),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_what_the_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


@given(st.text())
def test_no_header_makes_it_fail(text: str) -> None:
    seconds = asked_wait({"retry-after": text}, NOW)

    assert seconds is None or 0 <= seconds <= A_DAY


@given(st.integers(1, 100))
def test_waits_grow_up_to_the_longest(attempt: int) -> None:
    wait = Waits(first=1, longest=8).next(attempt, None)

    assert wait is not None
    assert 0 <= wait <= min(2 ** (attempt - 1), 8)


@given(st.floats(0, A_DAY))
def test_what_the_server_asks_for_is_kept_to_or_too_long(asked: float) -> None:
    wait = Waits(first=1, patience=30).next(1, asked)

    assert wait is None if asked > 30 else wait is not None and asked <= wait <= asked + 1
