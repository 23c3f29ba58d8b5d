"""Texts are cut where they can be cut, and say so."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.markdown import MAX_COMMENT, clip, shorten

NOTE = "*cut*"
pieces = st.sampled_from(
    [
        "word " * 8, "\n", "\n\n", "\n```py\n", "\n```\n", "  ````\n", "  ````",
        "\n<details>\n<summary>s</summary>\n\n", "\n</details>\n",
    ]
)  # fmt: skip
texts = st.lists(pieces, max_size=30).map("".join)


@given(texts, st.integers(60, 400))
def test_a_shortened_text_fits_and_says_so(text: str, limit: int) -> None:
    result = shorten(text, limit, NOTE)

    assert len(result) <= limit
    assert result == text if len(text) <= limit else result.endswith(NOTE)


def test_a_comment_within_the_limit_has_bytes_within_it_too() -> None:
    assert len(("\U0001f600" * MAX_COMMENT).encode()) <= 262_144


def test_it_is_cut_between_paragraphs() -> None:
    assert shorten("one\n\ntwo\nthree\n\nfour four four", 22, NOTE) == "one\n\ntwo\nthree\n\n*cut*"


def test_code_is_closed() -> None:
    text = "```py\na\nb\nc\nd\ne\nf\ng\n```"

    assert shorten(text, 21, NOTE) == "```py\na\nb\n```\n\n*cut*"


def test_code_in_a_list_item_is_closed_there() -> None:
    text = "- x\n\n  ```\n  a\n  b\n  c\n  d\n  e\n  ```"

    assert shorten(text, 34, NOTE) == "- x\n\n  ```\n  a\n  b\n  ```\n\n*cut*"


def test_details_are_closed_but_not_those_in_code() -> None:
    text = "<details>\n\n```\n<details>\n```\n\n" + "word\n\n" * 20

    assert shorten(text, 70, NOTE).endswith("word\n\n</details>\n\n*cut*")
    assert shorten(text, 70, NOTE).count("</details>") == 1


def test_a_line_is_never_cut() -> None:
    assert shorten("`" + "@user " * 20 + "`", 50, NOTE) == NOTE


def test_plain_text_is_clipped_at_a_space() -> None:
    assert clip("one two three", 9) == "one two…"
    assert clip("onetwothree", 5) == "onet…"
    assert clip("one", 3) == "one"
