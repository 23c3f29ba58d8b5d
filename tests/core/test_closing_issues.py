"""Which issues a description closes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.closing_issues import MOST, closing_issues


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Closes #12.", (12,)),
        ("fixes: #3, resolves #4 and Fixed #3", (3, 4)),
        ("Resolves acme/shop#7", (7,)),
        ("closes https://github.com/acme/shop/issues/9", (9,)),
        ("See #12; this discloses #5", ()),
        ("closes other/shop#8", ()),
        ("`closes #1` <!-- closes #2 -->\n```\ncloses #3\n```", ()),
        ("closes #0, closes #9999999999", ()),
        ("", ()),
    ],
)
def test_keywords_and_references_are_read_as_github_does(text: str, numbers: tuple[int, ...]) -> None:
    assert closing_issues(text, "acme/shop") == numbers


@given(
    st.text(max_size=300)
    | st.lists(st.integers(1, 99)).map(lambda many: " ".join(f"closes #{n}" for n in many))
)
def test_no_text_names_too_many(text: str) -> None:
    found = closing_issues(text, "acme/shop")

    assert len(found) <= MOST
    assert len(set(found)) == len(found)
