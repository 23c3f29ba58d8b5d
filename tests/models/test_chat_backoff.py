"""How long a server asks to wait, in every way it may say so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.chat.backoff import BackoffPolicy, asked_wait
from bot.models.chat.durations import A_DAY

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
        ({"x-retry-after": "12"}, 12),
        ({"x-ms-retry-after-ms": "250", "x-retry-after": "12"}, 0.25),
        ({"Retry-After-Seconds": "9"}, 9),
    ],
)
def test_what_the_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset-requests": "1m2s"}, 62),
        ({"x-ratelimit-reset-requests": "6ms"}, 0.006),
        ({"x-ratelimit-reset-requests": "8.64s", "x-ratelimit-reset-tokens": "2m"}, 8.64),
        (
            {
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-reset-tokens": "40s",
                "x-ratelimit-remaining-requests": "3",
                "x-ratelimit-remaining-tokens": "0",
            },
            40,
        ),
        ({"anthropic-ratelimit-requests-reset": "2026-03-01T12:00:17Z"}, 17),
        ({"x-ratelimit-reset": "1772366425"}, 25),
        ({"x-ratelimit-reset": "1772366425000"}, 25),
        ({"ratelimit-reset": "30"}, 30),
        ({"RateLimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": '"minute";r=5;t=40, "second";r=0;t=1'}, 1),
        ({"ratelimit": "limit=10, remaining=0, reset=25"}, 25),
        ({"x-rate-limit-reset": "20"}, 20),
        ({"x-ratelimit-limit-requests": "10"}, None),
        ({"retry-after": "5", "x-ratelimit-reset-requests": "1m"}, 5),
    ],
)
def test_when_a_limit_is_reset(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == pytest.approx(seconds)
    assert asked_wait(headers, NOW, status=200) == (5 if "retry-after" in headers else None)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("Please retry in 3.07s.", 3.07),
        ("Please try again in 20s. Visit the docs.", 20),
        ("try again in 1m2.5s", 62.5),
        ("Try again in 2 minutes and 3 seconds.", 123),
        ("try again in 250 ms", 0.25),
        ("Please wait 12 seconds before the next request", 12),
        ("Please retry after 7 seconds.", 7),
        ("(reset after 30s)", 30),
        ('{"retryDelay": "3s"}', 3),
        ('{"error": {"retry_after": 4.5}}', 4.5),
        ("retry in 1h", 3600),
        ("Try again in a minute", 60),
        ("Please try again in one minute.", 60),
        ("Try again in thirty seconds.", 30),
        ("Try again at 2026-03-01T12:00:40Z", 40),
        ("Access resumes; try again after 2026-03-01 12:01 UTC", 60),
        ("You will regain access on 2026-03-01 at 12:02 UTC.", 120),
        ("Retry after Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ('{"retryAfter": 7}', 7),
        ('{"error": {"retry_after_ms": 700}}', 0.7),
        ('{"details": "{\\"retryInSeconds\\": 9}"}', 9),
        ('{"reset_at": "2026-03-01T12:00:50Z"}', 50),
        ('{"X-RateLimit-Reset": "1772366425000"}', 25),
        ("请求过于频繁\uff0c请在30秒后重试", 30),
        ("1分钟后重试", 60),
        ("30秒後に再試行してください", 30),
        ("Bitte versuchen Sie es in 20 Sekunden erneut.", 20),
        ("Réessayez dans 2 minutes.", 120),
        ("Your rate limit is 60 queries per 30 seconds.", None),
        ("limited to 10 API calls / minute", None),
        ('{"max_retries": 3}', None),
        ("try again later", None),
        ("You have made 7 requests", None),
        ("", None),
    ],
)
def test_when_to_come_back_in_words(body: str, seconds: float | None) -> None:
    assert asked_wait({}, NOW, body=body) == pytest.approx(seconds)


@given(st.text(), st.text('retry in 0123456789.smh,:"'))
def test_no_words_make_it_fail(text: str, odd: str) -> None:
    for body in (text, odd):
        seconds = asked_wait({"x-ratelimit-reset": odd}, NOW, body=body)
        assert seconds is None or 0 <= seconds <= A_DAY


@given(st.text())
def test_no_header_makes_it_fail(text: str) -> None:
    seconds = asked_wait({"retry-after": text}, NOW)

    assert seconds is None or 0 <= seconds <= A_DAY


@given(st.integers(1, 100))
def test_waits_grow_up_to_the_longest(attempt: int) -> None:
    wait = BackoffPolicy(first=1, longest=8).next(attempt, None)

    assert wait is not None
    assert 0 <= wait <= min(2 ** (attempt - 1), 8)


@given(st.floats(0, A_DAY))
def test_what_the_server_asks_for_is_kept_to_or_too_long(asked: float) -> None:
    wait = BackoffPolicy(first=1, patience=30).next(1, asked)

    assert wait is None if asked > 30 else wait is not None and asked <= wait <= asked + 1
