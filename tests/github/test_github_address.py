"""Valid and invalid addresses of pull requests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refused
from bot.github import parse_pull_url


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://github.com/octo/spoon/pull/7", "https://api.github.com"),
        ("https://github.com/octo/spoon/pull/7/", "https://api.github.com"),
        (" https://www.github.com/octo/spoon/pull/7/files?w=1#diff-0 ", "https://api.github.com"),
        ("https://acme.ghe.com/octo/spoon/pull/7", "https://api.acme.ghe.com"),
        ("https://git.acme.example/octo/spoon/pull/7/commits", "https://git.acme.example/api/v3"),
        ("http://127.0.0.1:8081/octo/spoon/pull/7", "http://127.0.0.1:8081/api/v3"),
        ("https://user:secret@Git.Acme.example/octo/spoon/pull/7", "https://git.acme.example/api/v3"),
    ],
)
def test_the_address_of_a_pull_names_its_api(url: str, api: str) -> None:
    found, ref = parse_pull_url(url)
    assert found == api
    assert (ref.repository, ref.number, ref.installation) == ("octo/spoon", 7, None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "octo/spoon#7",
        "github.com/octo/spoon/pull/7",
        "ftp://github.com/octo/spoon/pull/7",
        "https://github.com/octo/spoon",
        "https://github.com/octo/spoon/issues/7",
        "https://github.com/octo/spoon/pull/0",
        "https://github.com/octo/spoon/pull/seven",
        "https://github.com/octo/spoon/pull/7up",
        "https:///octo/spoon/pull/7",
        "https://[::1/octo/spoon/pull/7",
    ],
)
def test_another_address_is_refused_with_the_form_that_is_expected(url: str) -> None:
    with pytest.raises(Refused, match="https://HOST/OWNER/NAME/pull/NUMBER"):
        parse_pull_url(url)


@given(st.text() | st.text().map("https://github.com/{}".format))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    try:
        parse_pull_url(url)
    except Refused:
        return
    assert "/pull/" in url
