"""What comes out of `defuse`, `inline` and `cell` is read by an independent CommonMark parser, as
GitHub would read it: nothing in it notifies, links, loads, hides or takes over the page.
"""

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.markdown import cell, code, defuse, fence, inline

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ACTIVE = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z0-9]|#\d|(?<![A-Za-z0-9])GH-\d", re.IGNORECASE)
FORBIDDEN = {"html_inline", "html_block", "image", "heading_open", "table_open"}
OURS = "\n\n### Ours\n\nend\n"

FRAGMENTS = [
    *"`*_~#|<>[]()!&\\@$-=+:.;\"' \n\t\r",
    "``", "```", "~~~", "    ", "\n\n", "\n- ", "\n> ", "1. ", "  ", "](", "![", "<!--", "-->", "\\`",
    "@user", "@org/team", "#12", "GH-3", "o/r#4", "a@b.c", "&#64;", "&lt;", "&amp;", "&#x60;", "user", "x",
    "https://e.org/a_(b)", "http://x/", "https://github.com/o/r/issues/1", "javascript:x", "mailto:a@b.c",
    "www.e.org",
    "<img src=x>", "</details>", "<details>", "<https://e.org>", "[t](https://e.org)", "![t](https://e.org)",
    "[t](https://e.org '`')", "[r]: https://e.org", "---", "===", "# H", "|---|---|", ":-:", "| a | b |",
    "```suggestion", "~~~mermaid", "<!-- code-review-bot:summary -->", "\u202e", "\u200b", "\u2028", "\x00",
    "é",    "\U000f0040", "\U00100000",
]  # fmt: skip
nasty = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=25).map("".join)


def read(markdown: str) -> Iterator[Token]:
    for block in READER.parse(markdown):
        yield block
        yield from block.children or ()


def live_text(markdown: str) -> Iterator[str]:
    """Text outside of code and links, node by node."""
    depth = 0
    for token in read(markdown):
        depth += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not depth:
            yield token.content


def assert_harmless(markdown: str) -> None:
    tokens = list(read(markdown))
    assert not FORBIDDEN & {token.type for token in tokens}
    assert not [text for text in live_text(markdown) if ACTIVE.search(text)]
    for token in tokens:
        if token.type == "link_open":
            assert re.match(r"https?://|mailto:", str(token.attrs["href"]), re.IGNORECASE)
            assert "/issues/" not in str(token.attrs["href"])
        if token.type == "fence":
            assert token.info.split()[:1] not in (["suggestion"], ["mermaid"], ["math"])
    assert "<!-- code-review-bot" not in markdown
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00]", markdown)


def assert_ours_follows(markdown: str) -> None:
    """Our own heading behind it is still a heading, and the only one."""
    headings = [token.level for token in READER.parse(markdown + OURS) if token.type == "heading_open"]
    assert headings == [0]


@settings(max_examples=300)
@given(nasty)
@example("[a](x`) <img src=y> `")
@example("a ` b\nc ` <img> ` d")
@example("- ```\n<img>\n  ```\n<b>")
@example("```\n> ```\n@user")
@example("`a``b`@user #1@user @a@b")
@example("!" + "![a](https://e.org)")
@example("Title\n- \n")
@example("Title\n- #")
@example("#` `")
def test_blocks_are_harmless(text: str) -> None:
    result = defuse(text)

    assert_harmless(result)
    assert_ours_follows(result)


@settings(max_examples=300)
@given(nasty)
@example("```\n\n\n")
@example("https://e.org/a_(b)&")
def test_twice_is_the_same_as_once(text: str) -> None:
    assert defuse(defuse(text)) == defuse(text)
    assert inline(inline(text)) == inline(text)


@settings(max_examples=300)
@given(nasty)
def test_one_line_stays_one_paragraph_in_a_list_item(text: str) -> None:
    result = inline(text)

    assert "\n" not in result
    assert_harmless(f"- x {result}")
    kinds = [token.type for token in READER.parse(f"- {result}")]
    paragraph = ["paragraph_open", "inline", "paragraph_close"] if result else []
    assert kinds == ["bullet_list_open", "list_item_open", *paragraph, "list_item_close", "bullet_list_close"]


@settings(max_examples=300)
@given(nasty)
def test_a_cell_stays_a_cell(text: str) -> None:
    row = f"| {cell(text)} | last |"
    tokens = READER.parse(f"| a | b |\n|---|---|\n{row}\n")

    assert [token.type for token in tokens].count("td_open") == 2
    assert tokens[-5].content == "last"


@given(nasty)
def test_a_code_span_holds_its_text(text: str) -> None:
    tokens = list(read(f"x {code(text)} y"))
    spans = [token.content for token in tokens if token.type == "code_inline"]

    assert len(spans) == bool(code(text))
    assert_harmless(f"x {code(text)} y")


@given(nasty, st.sampled_from(["", "py", "c++", "mermaid", "suggestion", "a b", "`", "x" * 99]))
def test_a_fence_holds_its_text(text: str, language: str) -> None:
    (block,) = READER.parse(fence(text, language))

    assert block.type == "fence"
    assert block.info in ("", "py", "c++")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thanks @ada, see #12.", "Thanks `@ada`, see `#12`."),
        ("ping @org/team-x and GH-7", "ping `@org/team-x` and `GH-7`"),
        ("fixes o/r#3", "fixes `o/r#3`"),
        ("**@ada** _@bob_", "**`@ada`** _`@bob`_"),
        ("mail ada@example.org", "mail ada@example.org"),
        ("`@decorator` and `List<int>`", "`@decorator` and `List<int>`"),
        ("&#64;ada \\@ada", "`@ada` `@ada`"),
        ("if a < b && c > d", "if a &lt; b && c > d"),
        ("<b>bold</b> &copy;", "&lt;b>bold&lt;/b> ©"),
        ("![logo](https://e.org/p.png?leak=1)", "[image: logo](https://e.org/p.png?leak=1)"),
        ("[a](https://e.org/x y) [b](javascript:alert)", r"\[a\](<https://e.org/x> y) b"),
        ("[docs](https://e.org/a_b?c=1&d=2)", "[docs](https://e.org/a_b?c=1&amp;d=2)"),
        ("see https://e.org/a.", "see <https://e.org/a>."),
        ("(https://e.org/a_(b))", "(<https://e.org/a_%28b%29>)"),
        ("https://github.com/o/r/issues/1", "`https://github.com/o/r/issues/1`"),
        ("[it](https://ghe.example/o/r/pull/1)", "it (`https://ghe.example/o/r/pull/1`)"),
        ("[it](https://github.com/o/r/%69ssues/1)", "it (`https://github.com/o/r/%69ssues/1`)"),
        ("costs $5 and $6", r"costs \$5 and \$6"),
        ("- [ ] todo", r"- \[ \] todo"),
        ("# Findings\ntext", "**Findings**\ntext"),
        ("Findings\n---\n", "Findings\n* * *"),
        ("Findings\n===", "Findings\n\\=\\=\\="),
        ("a\u202eb\u200bc", "a⟨U+202E⟩bc"),
        ("\\*plain\\* *real*", "\\*plain\\* *real*"),
        ("C:\\temp", "C:\\\\temp"),
        ("```python\nx = '@a'\n```", "```python\nx = '@a'\n```"),
        ("```py\nnever closed", "```py\nnever closed\n```"),
        ("~~~\n```\n~~~", "````\n```\n````"),
        ("- item\n  ```\ncode\n  ```", "- item\n  ```\n  code\n  ```"),
        ("`<!-- code-review-bot:summary -->`", "`<! -- code-review-bot:summary -->`"),
    ],
)
def test_it_reads_well(text: str, expected: str) -> None:
    assert defuse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines", "two lines"),
        ("# not a heading", r"\# not a heading"),
        ("- not an item", r"\- not an item"),
        ("1. not a list", r"1\. not a list"),
        ("1.5 times", "1.5 times"),
        ("**bold** move", "**bold** move"),
        ("a | b", r"a \| b"),
    ],
)
def test_one_line_reads_well(text: str, expected: str) -> None:
    assert inline(text) == expected


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "- -" * 7_000 + "x", "=-" * 9_000 + "x", "`a" * 10_000, "> " * 9_000]
)
def test_hostile_repetition_is_read_in_one_go(text: str) -> None:
    """Anything quadratic would make the suite's timeout ring: these are repeated many times over."""
    for _ in range(20):
        assert defuse(text)
