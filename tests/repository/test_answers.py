"""Look-ups in an indexed shop: definitions, uses, tests, text."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.lookups import Lookup, Passages, Query
from bot.repository import limits
from bot.repository.index.answers import answer
from bot.repository.index.archive import files_of_archive
from bot.repository.index.build import SourceFile, add_commit
from bot.repository.index.database import connect
from bot.repository.index.texts import CommitTexts
from tests.repository.sample import archive


@pytest.fixture
def index(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "shop.db")
    add_commit(connection, "head", files_of_archive(archive(tmp_path / "shop.tar.gz")))
    yield connection
    connection.close()


@pytest.fixture
def shop(index: sqlite3.Connection) -> CommitTexts:
    return CommitTexts(index, "head")


def look(texts: CommitTexts, query: Query, text: str = "", path: str = "", **lines: int) -> Passages:
    return answer(texts, Lookup(id="1", query=query, text=text, path=path, **lines))


def places(found: Passages) -> list[str]:
    return [f"{passage.path}:{passage.line}-{passage.end} {passage.name}" for passage in found.passages]


def test_a_definition_comes_whole_with_its_comment_the_closest_first(shop: CommitTexts) -> None:
    found = look(shop, Query.DEFINITION, "cart.total", "shop/cart.py")

    assert places(found) == [
        "shop/cart.py:12-14 total",
        "shop/money.py:6-7 total",
        "vendor/cart.js:1-1 total",
    ]
    assert found.passages[0].text.splitlines()[0] == "    # The sum of all prices."
    assert (found.passages[0].kind, found.more) == ("function", False)


def test_the_definition_in_ones_own_file_comes_first(shop: CommitTexts) -> None:
    assert places(look(shop, Query.DEFINITION, "total", "shop/money.py"))[0] == "shop/money.py:6-7 total"


def test_uses_are_shown_with_their_function_but_not_the_definition(shop: CommitTexts) -> None:
    found = look(shop, Query.USES, "total", "shop/orders.py")

    assert places(found) == [
        "shop/orders.py:4-8 place",
        "tests/test_cart.py:2-6 test_an_empty_cart_costs_nothing",
        "README.md:1-2 ",
    ]
    assert "return cart.total().cents" in found.passages[0].text


def test_lines_are_read_and_bounded(shop: CommitTexts) -> None:
    assert places(look(shop, Query.READ, path="shop/orders.py", line=4, end=5)) == ["shop/orders.py:4-5 "]
    assert places(look(shop, Query.READ, path="shop/orders.py", line=7, end=900)) == ["shop/orders.py:7-8 "]
    assert places(look(shop, Query.READ, path="shop/orders.py")) == ["shop/orders.py:1-8 "]
    assert places(look(shop, Query.READ, path="shop/orders.py", line=99)) == []


def test_text_and_patterns_are_searched_in_some_files(shop: CommitTexts) -> None:
    assert places(look(shop, Query.SEARCH, "not cart.items:")) == ["shop/orders.py:2-8 place"]
    assert places(look(shop, Query.SEARCH, "otal of a car")) == ["README.md:1-2 "]
    assert places(look(shop, Query.PATTERN, r"def \w+\(self", "shop/*.py"))[0].startswith("shop/cart.py")
    assert places(look(shop, Query.PATTERN, r"total\(", "tests/")) == [
        "tests/test_cart.py:2-6 test_an_empty_cart_costs_nothing"
    ]


def test_an_outline_has_a_line_for_each_definition(shop: CommitTexts) -> None:
    found = look(shop, Query.OUTLINE, path="shop/cart.py")

    assert places(found)[:3] == [
        "shop/cart.py:4-14 Cart",
        "shop/cart.py:7-7 limit",
        "shop/cart.py:9-10 __init__",
    ]
    assert found.passages[0].text == "class Cart:"


def test_the_tests_of_a_file_are_found_by_what_it_defines(shop: CommitTexts) -> None:
    assert places(look(shop, Query.TESTS, path="shop/cart.py")) == [
        "tests/test_cart.py:1-6 test_an_empty_cart_costs_nothing"
    ]
    assert places(look(shop, Query.TESTS, "place", "shop/orders.py")) == []


@pytest.mark.parametrize(
    ("query", "text", "path", "said"),
    [
        (Query.READ, "", "shop/none.py", "no text file shop/none.py"),
        (Query.OUTLINE, "", "../../etc/passwd", "no text file"),
        (Query.DEFINITION, "==", "", "'==' is not a name"),
        (Query.PATTERN, "(", "", "not a regular expression"),
        (Query.HISTORY, "", "shop/cart.py", "an index holds no history"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(
    shop: CommitTexts, query: Query, text: str, path: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        look(shop, query, text, path)


def test_a_commit_that_is_not_there_is_unknown(index: sqlite3.Connection) -> None:
    with pytest.raises(KeyError, match="other"):
        CommitTexts(index, "other")


def test_answers_are_bounded(index: sqlite3.Connection) -> None:
    files = [
        SourceFile(f"a{at}.py", f"def run(): return {at}\n{'x = run()' * 9000}\n".encode())
        for at in range(99)
    ]
    add_commit(index, "wide", files)
    found = look(CommitTexts(index, "wide"), Query.USES, "run")

    assert (len(found.passages), found.more) == (limits.PASSAGES, True)
    assert all(len(passage.text.encode()) <= limits.PASSAGE + 10 for passage in found.passages)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(sorted(set(Query) - {Query.HISTORY, Query.PATTERN})),
    st.text(max_size=40),
    st.text(max_size=40),
)
def test_any_words_are_answered_or_refused(shop: CommitTexts, query: Query, text: str, path: str) -> None:
    try:
        found = look(shop, query, text, path)
    except ValueError:
        return
    assert len(found.passages) <= limits.PASSAGES


def test_a_look_up_that_parses_too_long_gives_what_it_has(index: sqlite3.Connection) -> None:
    late = CommitTexts(index, "head", seconds=-1)
    found = look(late, Query.USES, "total", "shop/orders.py")

    assert [passage.path for passage in found.passages][:2] == ["shop/orders.py", "shop/cart.py"]
    assert {passage.name for passage in found.passages} == {""}
    assert found.more
    assert look(late, Query.DEFINITION, "total") == Passages(more=True)
    again = look(CommitTexts(index, "head"), Query.DEFINITION, "total", "shop/cart.py")
    assert (places(again)[0], again.more) == ("shop/cart.py:12-14 total", False)


def test_what_was_parsed_before_takes_no_time(index: sqlite3.Connection) -> None:
    first = look(CommitTexts(index, "head"), Query.DEFINITION, "total", "shop/cart.py")

    assert look(CommitTexts(index, "head", seconds=-1), Query.DEFINITION, "total", "shop/cart.py") == first
