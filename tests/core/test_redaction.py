"""No secret gets into a log or a comment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.redaction import HIDDEN, redact

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl-_"
SECRETS = [
    "ghp_" + "a1B2" * 9,
    "ghs_" + "a1B2" * 9,
    f"ghs_12345_{JWT}",
    "github_pat_11ABCDEFG0_" + "x" * 60,
    "sk-proj-abcDEF123_-456",
    "sk-ant-api03-abcDEF123",
    "AKIAIOSFODNN7EXAMPLE",
    "xoxb-123456789012-abcdef",
    JWT,
    PEM,
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "401 for {}, try again", '{{"token":"{}"}}', "a\n{}\nb", "x={}&y"])
def test_a_secret_goes_and_what_stands_around_it_stays(secret: str, around: str) -> None:
    assert redact(around.format(secret)) == around.format(HIDDEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer abcdefgh12", "Authorization: [hidden]"),
        ("authorization: token abcdefgh12", "authorization: [hidden]"),
        ("sent Bearer abcdefgh12.", "sent Bearer [hidden]"),
        ("postgresql://bot:pa:ss@db/bot", "postgresql://bot:[hidden]@db/bot"),
        ("postgresql://bot:p@ss@db/bot", "postgresql://bot:[hidden]@db/bot"),
        ("https://x-access-token:abc@github.com/o/r", "https://x-access-token:[hidden]@github.com/o/r"),
        ("GET /v1?api_key=abc&n=1", "GET /v1?api_key=[hidden]&n=1"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "[hidden]"),
    ],
)
def test_where_a_secret_stands_gives_it_away(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://127.0.0.1:8080/health",
        "https://github.com/o/r/pull/3: token expired, ask@example.com",
        "risk-assessment of task-scheduling",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "GITHUB_PRIVATE_KEY is missing; the key begins with -----BEGIN",
    ],
)
def test_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


@given(st.lists(st.sampled_from([*SECRETS, "://", ":", "@", "Bearer ", "authorization: ", " ", "\n", "a"])))
def test_a_second_time_changes_nothing(parts: list[str]) -> None:
    once = redact("".join(parts))

    assert redact(once) == once
