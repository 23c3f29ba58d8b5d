"""Removes terminal escape sequences from a coloured diff."""

import re

from bot.core.diff.error import DiffError, excerpt

_COLOR = r"\x1b\[[0-9;:]*m"
_COLORED = re.compile(rf"^(?:{_COLOR}|\x1b\]8;)", re.MULTILINE)
_SEQUENCE = re.compile(
    rf"{_COLOR}|\x1b\[[0-2]?K"  # colours, and what fills the rest of a line with them
    r"|\x1b\]8;[^\x07\x1b\n]*(?:\x07|\x1b\\)"  # links
    r"|\x1b\([AB0]|\x0f"  # character sets, reset by old terminals
)


def strip_colors(text: str) -> str:
    """`text` without colours and links. Raises `DiffError` for other codes, such as cursor movements.

    No line of a plain diff begins with an escape sequence: if one does, the whole diff is coloured.
    In any other diff, escape sequences are content and remain.
    """
    if not _COLORED.search(text):
        return text
    plain = _SEQUENCE.sub("", text)
    at = plain.find("\x1b")
    if at >= 0:
        number = plain.count("\n", 0, at) + 1
        line = plain[plain.rfind("\n", 0, at) + 1 :].partition("\n")[0]
        raise DiffError(
            number, f"{excerpt(line)} contains terminal control codes; run the diff with --no-color"
        )
    return plain
