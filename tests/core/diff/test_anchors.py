"""GitHub's rules for where a comment may stand, in the words of its refusals."""

import pytest

from bot.core.diff import Anchors
from bot.core.review import Side

PATCH = "@@ -10,3 +10,4 @@\n a\n-b\n+c\n+d\n e\n@@ -30,2 +31,2 @@\n-f\n+g\n h\n"


@pytest.mark.parametrize(
    ("line", "end", "side", "expected"),
    [
        (10, 10, Side.RIGHT, True),
        (11, 12, Side.RIGHT, True),
        (13, 13, Side.RIGHT, True),
        (14, 14, Side.RIGHT, False),
        (9, 10, Side.RIGHT, False),
        (11, 11, Side.LEFT, True),
        (10, 12, Side.LEFT, True),
        (13, 13, Side.LEFT, False),
        (31, 32, Side.RIGHT, True),
        (30, 31, Side.LEFT, True),
    ],
)
def test_lines_must_be_part_of_the_diff(line: int, end: int, side: Side, expected: bool) -> None:
    assert Anchors(PATCH).admits(line, end, side) is expected


def test_both_ends_must_be_part_of_the_same_hunk() -> None:
    assert not Anchors(PATCH).admits(13, 31, Side.RIGHT)


def test_the_start_must_not_follow_the_end() -> None:
    assert not Anchors(PATCH).admits(12, 11, Side.RIGHT)


def test_a_file_without_a_patch_takes_no_comment() -> None:
    assert not Anchors(None).admits(1, 1, Side.RIGHT)


def test_a_new_file_has_no_left_side() -> None:
    anchors = Anchors("@@ -0,0 +1,2 @@\n+a\n+b\n")

    assert anchors.admits(1, 2, Side.RIGHT)
    assert not anchors.admits(0, 0, Side.LEFT)
    assert not anchors.admits(1, 1, Side.LEFT)


def test_a_patch_that_was_cut_short_admits_only_what_it_shows() -> None:
    anchors = Anchors("@@ -1,5 +1,5 @@\n a\n-b\n+c")

    assert anchors.admits(2, 2, Side.RIGHT)
    assert not anchors.admits(3, 3, Side.RIGHT)


def test_a_patch_as_the_api_gives_it_has_no_last_newline() -> None:
    assert Anchors("@@ -1 +1 @@\n-a\n+b").admits(1, 1, Side.RIGHT)
