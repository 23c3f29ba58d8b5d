"""Finds the code spans of a line according to CommonMark."""

import re
from bisect import bisect_left
from collections import defaultdict

# Private-use characters, which `clean` has already removed from the text.
LITERAL = 0xF0000  # ASCII punctuation that is text, not markup
SPAN = 0x100000  # a code span, by its number in the line
SPANS = "\U00100000-\U0010ffff"  # for use in a character class
_MAX_SPANS = 0xFFFD

_RUN = re.compile(r"\\[\\`]|`+")
_TICKS = re.compile(r"`+")


def take_spans(line: str) -> tuple[list[str], str]:
    """The contents of the code spans, and the line with a private-use character for each.

    A backslash escapes a backtick in the run that opens a span, but not in the run that closes it.
    """
    closers: dict[int, list[int]] = defaultdict(list)
    for ticks in _TICKS.finditer(line):
        closers[len(ticks[0])].append(ticks.start())
    spans: list[str] = []
    parts: list[str] = []
    done = at = 0
    while len(spans) < _MAX_SPANS:
        run = _RUN.search(line, at)
        if not run:
            break
        at = run.end()
        close = None if run[0][0] == "\\" else _first(closers[len(run[0])], at)
        if close is not None:
            parts += [line[done : run.start()], chr(SPAN + len(spans))]
            spans.append(_stripped(line[at:close]))
            done = at = close + len(run[0])
    return spans, "".join([*parts, line[done:]])


def _first(places: list[int], at: int) -> int | None:
    """The first of the sorted `places` that is not before `at`."""
    index = bisect_left(places, at)
    return places[index] if index < len(places) else None


def _stripped(content: str) -> str:
    """`content` without one space at each end, if both ends have one."""
    both = content.startswith(" ") and content.endswith(" ") and content.strip(" ")
    return content[1:-1] if both else content
