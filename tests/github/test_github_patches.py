"""Generated patches are equivalent to git's, for any content."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.core.diff import DiffLine, parse_patch
from bot.github.contents import make_patch

LINE = st.text(alphabet="ab+-@ \\\r\t\x0b\u2028", max_size=4)
FILE = st.tuples(st.lists(LINE, max_size=12), st.booleans())


def lines_of(file: tuple[list[str], bool]) -> list[str]:
    """Lines with their line ends; the flag says whether the last one has one."""
    texts, ended = file
    lines = [f"{text}\n" for text in texts]
    if lines and not ended and texts[-1]:
        lines[-1] = texts[-1]
    return lines


def text(lines: Iterable[DiffLine], kinds: str) -> list[str]:
    return [line.text + ("\n" if line.ended else "") for line in lines if line.kind in kinds]


@given(FILE, FILE)
def test_a_patch_shows_what_was_taken_and_what_was_put(
    old: tuple[list[str], bool], new: tuple[list[str], bool]
) -> None:
    """Lines outside all hunks are equal in both versions."""
    before, after = lines_of(old), lines_of(new)
    patch = make_patch(before, after)
    rebuilt: list[str] = []
    at = 0
    for hunk in parse_patch(patch):
        start = hunk.left - 1 if hunk.left_count else hunk.left
        rebuilt += before[at:start]
        rebuilt += text(hunk.lines, " +")
        assert text(hunk.lines, " -") == before[start : start + hunk.left_count]
        at = start + hunk.left_count
    assert rebuilt + before[at:] == after
    assert (patch == "") == (before == after)
